import {
  type CallId,
  type ErrorData,
  errorData,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
  type RunId,
  type Usage,
  workId,
} from 'tau-core';
import { overBudget } from './budget.js';
import { type Draft, emit, runIn } from './draft.js';
import { isDispatchable, workOrder } from './order-work.js';
import { languageOf } from './programs.js';
import type { CallState, RunState } from './state.js';

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
  if (run === undefined) return;
  const asked = tellProgram(draft, run, input, options);
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
  for (const call of Object.values(run.calls)) withdraw(draft, run, call.callId, 'the run has ended');
  emit(draft, { type: 'run.ended', runId, prev: run.lastSeq, outcome });
}

export function withdraw(draft: Draft, run: RunState, callId: CallId, reason: string): void {
  draft.effects.push({ type: 'withdraw', workId: workId(run.runId, callId), reason });
}

/** What a program asked for in one decision. */
interface Asked {
  readonly calls: CallState[];
  readonly cancelled: Extract<ProgramEffect, { readonly type: 'cancelCall' }>[];
  outcome: Outcome | undefined;
}

/** A program that throws, or asks for what it may not, has a bug: that ends its run, and neither its region nor the kernel. */
function tellProgram(
  draft: Draft,
  run: RunState,
  input: ProgramInput,
  options: AdvanceOptions,
): Asked | { readonly bug: string } {
  const { program } = languageOf(draft.programs, run.definition);
  const definition = draft.state.adopted.get(run.definition.version)?.definition ?? null;
  try {
    const { events, effects } = program.decide(definition, run.program, input, draft.now);
    const asked = askedBy(draft, run, effects);
    const cancelled = asked.cancelled.map((effect) => effect.callId);
    // Within the guard, since it runs the program's evolve; the draft is only moved once that has returned.
    emit(draft, {
      type: 'run.advanced',
      runId: run.runId,
      prev: run.lastSeq,
      input,
      events,
      calls: asked.calls,
      cancelled,
      ...options,
    });
    return asked;
  } catch (thrown) {
    return { bug: `the run's program failed: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
}

function askedBy(draft: Draft, run: RunState, effects: readonly ProgramEffect[]): Asked {
  const asked: Asked = { calls: [], cancelled: [], outcome: undefined };
  for (const effect of effects) {
    if (effect.type === 'cancelCall') asked.cancelled.push(effect);
    else if (effect.type === 'finish') asked.outcome = effect.outcome;
    else if (isOpen(run, asked, effect.callId)) throw new Error(`it asked for call "${effect.callId}", which is open`);
    else asked.calls.push(newCall(draft, run, effect));
  }
  return asked;
}

function isOpen(run: RunState, { calls, cancelled }: Asked, callId: CallId): boolean {
  if (calls.some((call) => call.callId === callId)) return true;
  return run.calls[callId] !== undefined && !cancelled.some((effect) => effect.callId === callId);
}

function newCall(draft: Draft, run: RunState, effect: Extract<ProgramEffect, { readonly type: 'call' }>): CallState {
  return {
    callId: effect.callId,
    capability: effect.capability,
    input: effect.input,
    attempt: 1,
    failures: 0,
    requestedMs: draft.now,
    deadlineMs: Math.min(run.deadlineMs, draft.now + Math.ceil(effect.timeoutMs ?? draft.limits.callTimeoutMs)),
    notBeforeMs: 0,
    redelivered: false,
    ...(effect.retry && { retry: effect.retry }),
    ...(effect.stickyKey !== undefined && { stickyKey: effect.stickyKey }),
  };
}

/** A message that waited is told once nothing is in flight. */
function deliverFromInbox(draft: Draft, run: RunState): void {
  const message = run.inbox[0];
  if (message === undefined || Object.keys(run.calls).length > 0) return;
  advanceRun(draft, run.runId, { type: 'message', content: message }, { fromInbox: true });
}
