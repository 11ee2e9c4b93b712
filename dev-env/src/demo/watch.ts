import type { PlacedEvent } from 'tau-core';
import type { TauClient } from 'tau-core/client';
import { eventually } from 'tau-core/testing';
import { type Entry, eventEntry, RunTimeline } from './timeline.ts';

/** Longer than any restart of the kernel takes. */
const RUN_MS_MAX = 30_000;

/** What to watch, and whom to tell. */
export interface WatchTarget {
  readonly sessionId: string;
  /** Runs to see ended before the watch ends. */
  readonly runs: number;
  readonly signal: AbortSignal;
  onEntry(entry: Entry): void;
}

/** Watches a repository's session as any client would: its opened issues, and every run that they start, to the end. */
export async function watchRepository(client: TauClient, target: WatchTarget): Promise<void> {
  const { sessionId, signal, onEntry } = target;
  const watches: Promise<void>[] = [];
  for await (const item of client.subscribe(sessionId, { fromSeq: 1, types: ['github.issues.opened'], signal })) {
    if (item.kind === 'gap') throw new Error(`events ${item.fromSeq} to ${item.toSeq} are gone`);
    const entry = eventEntry(item.event);
    onEntry(entry);
    for (const runId of await runsOf(client, sessionId, item.event)) {
      watches.push(watchOne(client, runId, entry.issue, target));
    }
    if (watches.length >= target.runs) break;
  }
  await Promise.all(watches);
}

/**
 * The runs that an event started: they are there as soon as the event is. Asked again while the kernel is away, or has
 * yet to read its journal; the streams do the same by themselves.
 */
function runsOf(client: TauClient, sessionId: string, event: PlacedEvent): Promise<readonly string[]> {
  const find = async (): Promise<readonly string[] | undefined> => {
    const runs = await client.listRuns({ sessionId });
    const started = runs.filter(({ cause }) => cause === event.id).map(({ runId }) => runId);
    return started.length === 0 ? undefined : started;
  };
  return eventually(find, { what: `the run that event ${event.id} started`, limitMs: RUN_MS_MAX });
}

async function watchOne(client: TauClient, runId: string, issue: string, target: WatchTarget): Promise<void> {
  const timeline = new RunTimeline(issue);
  for await (const item of client.watchRun(runId, { signal: target.signal })) {
    if (item.kind === 'event') for (const entry of timeline.take(item.event)) target.onEntry(entry);
  }
}
