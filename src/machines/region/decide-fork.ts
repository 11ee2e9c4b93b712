import { errorData, type RunId } from 'tau-core';
import { advanceRun } from './advance-run.js';
import { foundByKey } from './decide-run.js';
import { isOpen } from './decide-session.js';
import { accept, type Draft, emit, refuse } from './draft.js';
import type { RegionInput } from './inputs.js';
import { runImage } from './open-calls.js';
import { languageOf } from './programs.js';
import { redispatch } from './redispatch.js';
import { cannotStart } from './start-run.js';
import type { CallState, LockState, RunState } from './state.js';

/**
 * A new run with another's state: its open calls are dispatched anew, as its own, and its locks are claimed anew. An edit
 * changes the state first.
 */
export function decideFork(draft: Draft, input: Extract<RegionInput, { readonly type: 'forkRun' }>): void {
  if (!isOpen(draft) || foundByKey(draft, input.startKey)) return;
  const { source, runId, startKey, edit } = input;
  if (edit !== undefined && languageOf(draft.programs, source.definition).program.takesEdits !== true) {
    const message = `forks of a run of program "${source.definition.program}" take no edit; fork it as it was`;
    return refuse(draft, errorData('UNSUPPORTED', message));
  }
  const refusal = cannotStart(draft, 1);
  if (refusal !== undefined) return refuse(draft, refusal);
  const run = forkOf(draft, source, runId);
  emit(draft, { type: 'run.forked', runId, prev: 0, run: runImage(run), ...(startKey !== undefined && { startKey }) });
  if (edit !== undefined) advanceRun(draft, runId, { type: 'edit', edit });
  redispatch(draft, runId, run.calls, false);
  accept(draft, { runId });
}

function forkOf(draft: Draft, source: RunState, runId: RunId): RunState {
  // Nobody waits for a fork: it is not the child that its source is.
  const { locks, parent: _, ...rest } = source;
  const life = Math.max(0, source.deadlineMs - source.begin.startedAt);
  return {
    ...rest,
    runId,
    begin: { ...source.begin, runId, startedAt: draft.now },
    calls: source.calls.map((call) => freshCall(draft, call)),
    phase: 'running',
    deadlineMs: draft.now + life,
    forkedFrom: source.runId,
    ...(locks && { locks: locks.map((lock) => ownLock(lock, runId)) }),
  };
}

/** Other work than the source's, under another key: nobody has attempted it, and nobody was asked before the fork was. */
function freshCall(draft: Draft, { sinceCancel: _, question, ...call }: CallState): CallState {
  const life = Math.max(0, call.deadlineMs - call.requestedMs);
  const unattempted = { attempt: 1, failures: 0, redelivered: false, notBeforeMs: 0 };
  const asked = question === undefined ? {} : { question: { ...question, askedMs: draft.now } };
  return { ...call, ...unattempted, ...asked, requestedMs: draft.now, deadlineMs: draft.now + life };
}

/** A fork takes a lock from nobody, its source least of all. */
function ownLock({ claim, granted }: LockState, runId: RunId): LockState {
  const fairnessKey = claim.fairnessKey === claim.runId ? runId : claim.fairnessKey;
  return { claim: { ...claim, runId, fairnessKey, preempt: false }, granted };
}
