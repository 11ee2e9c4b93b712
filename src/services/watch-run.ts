import type { kernelv1 } from 'tau-core/contract';
import { readHistory } from '../shell/history.js';
import type { Kernel } from '../shell/kernel.js';
import type { ProgressTap } from '../shell/progress-hub.js';
import type { RegionLoop } from '../shell/region-loop.js';
import { contentToProto } from './content.js';
import { findRun, presentRun } from './requests.js';
import { runEventView } from './views.js';
import { watchPage } from './watch-page.js';

/** A run's events from a sequence number, then live, until its last; with progress as it comes. */
export async function* watchRun(
  kernel: Kernel,
  request: kernelv1.WatchRunRequest,
  signal: AbortSignal,
): AsyncGenerator<kernelv1.WatchRunResponse, void, undefined> {
  const { loop, id } = findRun(kernel, request.runId);
  const tap = kernel.progress.open(id);
  try {
    let next = Math.max(request.fromSeq, presentRun(loop, id).firstSeq);
    for (let pages = 0; !signal.aborted; pages += 1) {
      const page = await readHistory(loop, { ...watchPage(pages), fromSeq: next, subject: id });
      const moved = page.nextSeq > next;
      next = Math.max(next, page.nextSeq);
      const end = hasEnded(loop, id, next);
      if (page.events.length > 0 || page.gap !== undefined || tap.size > 0 || end) {
        yield { events: page.events.map(runEventView), gap: page.gap, end, progress: takeProgress(tap) };
      }
      if (end) return;
      if (!moved) await more(loop, next, tap, signal);
    }
  } finally {
    kernel.progress.close(id, tap);
  }
}

/** Whether the run's last event lies before a position. */
function hasEnded(loop: RegionLoop, id: string, nextSeq: number): boolean {
  if (loop.state.runs.has(id)) return false;
  // One that ended long ago is not listed any more: then its last event lies before the region's next one.
  const lastSeq = loop.state.ended.get(id)?.lastSeq ?? loop.feed.nextSeq - 1;
  return lastSeq < nextSeq;
}

/** Waits for an event at `seq`, for progress, or for the end of the call. */
async function more(loop: RegionLoop, seq: number, tap: ProgressTap, signal: AbortSignal): Promise<void> {
  if (tap.size > 0) return;
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  signal.addEventListener('abort', stop, { once: true });
  tap.onPush(stop);
  try {
    await loop.feed.reached(seq, waiting.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    tap.onPush(() => {});
  }
}

function takeProgress(tap: ProgressTap): kernelv1.RunProgress[] {
  return tap.take().map(({ callId, content, timeMs }) => ({ callId, content: contentToProto(content), timeMs }));
}
