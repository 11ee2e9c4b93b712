import {
  type CallId,
  type ErrorData,
  errorData,
  type Outcome,
  type ProgramInput,
  type RunId,
  type Usage,
  workId,
} from 'tau-core';
import { type Asked, askedBy } from './asked.js';
import { overBudget } from './budget.js';
import { type Draft, emit, runIn } from './draft.js';
import { LOCK_NEWS_MAX } from './limits.js';
import { callsByAge } from './open-calls.js';
import { isDispatchable, workOrder } from './order-work.js';
import { definitionOf, languageOf, programFailure } from './programs.js';
import type { RunState } from './state.js';

/** What else is known about the input that a program is told. */
export interface AdvanceOptions {
  readonly usage?: Usage;
  readonly dead?: ErrorData;
  readonly fromInbox?: boolean;
  readonly messageKey?: string;
}

/** Tells a run's program something, journals its decision in one event, and does what it asks. */
export function advanceRun(draft: Draft, runId: RunId, input: ProgramInput, options: AdvanceOptions = {}): void {
  const run = runIn(draft, runId);
  const told = run && withoutSecrets(draft, run, input);
  if (run === undefined || told === undefined) return;
  const asked = tellProgram(draft, run, told, options);
  if ('bug' in asked) return endRun(draft, runId, { kind: 'failed', error: errorData('INTERNAL', asked.bug) });
  for (const { callId, reason } of asked.cancelled) withdraw(draft, run, callId, reason);
  if (asked.outcome !== undefined) return endRun(draft, runId, asked.outcome);
  const advanced = withinBudget(draft, runId);
  if (advanced === undefined) return;
  for (const call of asked.calls) {
    if (isDispatchable(advanced, call)) {
      draft.effects.push({ type: 'dispatch', order: workOrder(draft.state.id, advanced, call) });
    }
  }
  deliverFromInbox(draft, advanced);
}

/** The run as it goes on; undefined when it has ended, here at the latest if it is over its budget. */
export function withinBudget(draft: Draft, runId: RunId): RunState | undefined {
  const run = runIn(draft, runId);
  const error = run && overBudget(run);
  if (error === undefined) return run;
  endRun(draft, runId, { kind: 'failed', error });
  return undefined;
}

/** Ends a run: its calls are withdrawn, its outcome is final. */
export function endRun(draft: Draft, runId: RunId, outcome: Outcome): void {
  const run = runIn(draft, runId);
  if (run === undefined) return;
  for (const call of callsByAge(run.calls)) withdraw(draft, run, call.callId, 'the run has ended');
  emit(draft, { type: 'run.ended', runId, prev: run.lastSeq, outcome });
}

export function withdraw(draft: Draft, run: RunState, callId: CallId, reason: string): void {
  draft.effects.push({ type: 'withdraw', workId: workId(run.runId, callId), reason });
}

/** A program that throws, or asks for what it may not, has a bug: that ends its run, and neither its region nor the kernel. */
function tellProgram(
  draft: Draft,
  run: RunState,
  input: ProgramInput,
  options: AdvanceOptions,
): Asked | { readonly bug: string } {
  const { program } = languageOf(draft.programs, run.definition);
  const definition = definitionOf(draft.state, run);
  try {
    const { events, effects } = program.decide(definition, run.program, input, draft.now);
    const asked = askedBy(draft, run, effects);
    const { calls, released, locks } = asked;
    const cancelled = asked.cancelled.map((effect) => effect.callId);
    // Within the guard, since it runs the program's evolve; the draft is only moved once that has returned.
    emit(draft, {
      type: 'run.advanced',
      runId: run.runId,
      prev: run.lastSeq,
      input,
      events,
      calls,
      cancelled,
      ...(released.length > 0 && { released }),
      ...(locks.length > 0 && { locks }),
      ...options,
    });
    return asked;
  } catch (thrown) {
    return { bug: programFailure(thrown) };
  }
}

/**
 * An input without its secrets, as everything that is journaled of it must be. A language that cannot take them out has a bug,
 * which ends the run: undefined.
 */
export function withoutSecrets(draft: Draft, run: RunState, input: ProgramInput): ProgramInput | undefined {
  const language = languageOf(draft.programs, run.definition);
  if (language.redact === undefined) return input;
  const definition = definitionOf(draft.state, run);
  try {
    return language.redact(definition, run.program, input).redacted;
  } catch (thrown) {
    endRun(draft, run.runId, { kind: 'failed', error: errorData('INTERNAL', programFailure(thrown)) });
    return undefined;
  }
}

/** Tells programs of the locks that they got or lost, one after another; what they ask for may make more news. */
export function tellLocks(draft: Draft): void {
  for (let told = 0; told < LOCK_NEWS_MAX; told += 1) {
    const news = draft.state.lockNews[0];
    if (news === undefined) return;
    const { runId, lockId, revoked } = news;
    const input: ProgramInput =
      revoked === undefined ? { type: 'lockGranted', lockId } : { type: 'lockRevoked', lockId, reason: revoked };
    advanceRun(draft, runId, input);
  }
  if (draft.state.lockNews.length > 0) draft.effects.push({ type: 'tellLocks', regionId: draft.state.id });
}

/** A message that waited is told once nothing is in flight. */
function deliverFromInbox(draft: Draft, run: RunState): void {
  const message = run.inbox[0];
  if (message === undefined || run.calls.size > 0) return;
  advanceRun(draft, run.runId, { type: 'message', content: message }, { fromInbox: true });
}
