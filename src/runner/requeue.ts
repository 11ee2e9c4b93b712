import { type Executable, tauError } from 'tau-core';
import type { LocalOptions } from './local-options.js';
import type { LocalRun } from './local-run.js';
import { worldOf } from './local-world.js';
import type { DeadLetterNote } from './run-books.js';
import { forkRun } from './run-fork.js';
import { begunLocal } from './run-local.js';
import type { RunStore } from './store/run-store.js';
import { listingOf, type StoredRuns } from './stored-runs.js';

export interface DeadLetter extends DeadLetterNote {
  readonly runId: string;
  readonly seq: number;
}

/** How a call is made again: in its run, which is there if this process did not have it before, or in a fork. */
export type Requeued<Definition, State, Event> =
  | { readonly how: 'continued'; readonly run?: LocalRun<Definition, State, Event> }
  | { readonly how: 'forked'; readonly run: LocalRun<Definition, State, Event> };

/** Calls whose tries were used up, and that were not made again since. */
export async function deadLetters(runs: StoredRuns): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const again = new Set<string>();
  for await (const { runId, forkedFrom, dead = [] } of runs.all()) {
    letters.push(...dead.map((letter) => ({ ...letter, runId })));
    if (forkedFrom?.again !== undefined) again.add(letterKey(forkedFrom.runId, forkedFrom.again, forkedFrom.seq + 1));
  }
  return letters.filter(({ runId, callId, seq }) => !again.has(letterKey(runId, callId, seq)));
}

/** Makes the call of a letter again: in its run, or in one that takes over from just before the failure. */
export async function requeueLetter<Definition, State, Event>(
  runs: StoredRuns,
  executable: Executable<Definition, State, Event>,
  { runId, callId }: { readonly runId: string; readonly callId: string },
  options: LocalOptions,
): Promise<Requeued<Definition, State, Event>> {
  const letter = listingOf(await runs.stored(runId)).dead?.findLast((dead) => dead.callId === callId);
  if (letter === undefined) throw tauError('NOT_FOUND', `run ${runId} has no dead letter of the call "${callId}"`);
  if (!letter.held)
    return { how: 'forked', run: await forkAgain(runs, executable, { ...letter, runId }, options) } as const;
  const live = worldOf(runs.store).get(runId);
  if (live !== undefined) {
    await live.requeue(callId);
    return { how: 'continued' } as const;
  }
  const run = await begunLocal(executable, { ...options, store: runs.store, runId });
  await run.requeue(callId);
  return { how: 'continued', run } as const;
}

/** At most once for each letter, in this process too while the first fork is not stored yet. */
async function forkAgain<Definition, State, Event>(
  runs: StoredRuns,
  executable: Executable<Definition, State, Event>,
  letter: DeadLetter,
  options: LocalOptions,
): Promise<LocalRun<Definition, State, Event>> {
  const { runId, callId, seq } = letter;
  const underWay = againUnderWay(runs.store);
  const key = letterKey(runId, callId, seq);
  const isFirst = !underWay.has(key);
  if (isFirst) underWay.add(key);
  const onBegun = (): void => void underWay.delete(key);
  try {
    if (!isFirst || (await isMadeAgain(runs, letter))) {
      throw tauError('NOT_FOUND', `a fork of run ${runId} makes the call "${callId}" again already`);
    }
    return await forkRun(runs, executable, { runId, again: callId, onBegun }, { ...options, atSeq: seq - 1 });
  } catch (thrown) {
    if (isFirst) onBegun();
    throw thrown;
  }
}

/** Whether a fork makes it again: the run that it is of stays as it is. */
async function isMadeAgain(runs: StoredRuns, { runId, callId, seq }: DeadLetter): Promise<boolean> {
  for await (const { forkedFrom: from } of runs.all()) {
    if (from?.again === callId && from.runId === runId && from.seq + 1 === seq) return true;
  }
  return false;
}

const againByStore = new WeakMap<RunStore, Set<string>>();

/** Letters whose forks are not stored yet. */
function againUnderWay(store: RunStore): Set<string> {
  const known = againByStore.get(store) ?? new Set();
  againByStore.set(store, known);
  return known;
}

function letterKey(runId: string, callId: string, seq: number): string {
  return `${runId}/${seq}/${callId}`;
}
