import type * as kernelv1 from '../contract/kernel-v1.js';
import type { ClientContext } from './client-context.js';
import { resumingStream } from './resuming-stream.js';
import { RunChain } from './run-chain.js';
import {
  type Gap,
  gapComesFirst,
  type RunEvent,
  type RunProgress,
  runEventFromProto,
  runProgressFromProto,
} from './run-event.js';

/** Where a watch starts, and what ends it early. */
export interface WatchOptions {
  /** The first sequence number wanted: one more than the last one seen; default 0, the run's first. */
  readonly fromSeq?: number;
  /** Also gives the output of work in progress, which is not journaled and not repeated after a cut; default false. */
  readonly progress?: boolean;
  readonly signal?: AbortSignal;
}

/** What a watch gives: an event, a range that is lost for good, or, where asked for, output of work in progress. */
export type RunWatchItem =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | ({ readonly kind: 'gap' } & Gap)
  | { readonly kind: 'progress'; readonly progress: RunProgress };

/** See `RunCalls.watchRun`. */
export async function* watchRun(
  context: ClientContext,
  runId: string,
  options: WatchOptions = {},
): AsyncGenerator<RunWatchItem, void, undefined> {
  const chain = new RunChain(runId, options.fromSeq ?? 0);
  const messages = resumingStream<kernelv1.WatchRunResponse>(
    context,
    (callOptions) => context.channel.runs.watchRun({ runId, fromSeq: chain.nextSeq }, callOptions),
    options.signal,
    ({ end }) => end,
  );
  for await (const { events, gap, progress } of messages) {
    const gapFirst = gap !== undefined && gapComesFirst(gap, events[0]?.seq);
    if (gapFirst) yield takeGap(chain, gap);
    for (const event of events) {
      chain.take(event);
      yield { kind: 'event', event: runEventFromProto(event) };
    }
    if (gap !== undefined && !gapFirst) yield takeGap(chain, gap);
    if (options.progress) {
      for (const proto of progress) yield { kind: 'progress', progress: runProgressFromProto(proto) };
    }
  }
}

function takeGap(chain: RunChain, { fromSeq, toSeq }: Gap): RunWatchItem {
  chain.passGap(toSeq);
  return { kind: 'gap', fromSeq, toSeq };
}
