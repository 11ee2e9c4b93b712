import { type CallId, type ErrorData, errorData, type JsonObject, type Outcome, type ProgramInput, type RunId, type Usage, workId } from 'tau-core';
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
  const { program } = languageOf(draft.programs, run.definition);
  const definition = draft.state.adopted.get(run.definition.version)?.definition ?? null;
  const decision = decideSafely(() => program.decide(definition, run.program, input, draft.now));
  if ('error' in decision) return endRun(draft, runId, { kind: 'failed', error: decision.error });

  const calls: CallState[] = [];
  const cancelled: CallId[] = [];
  let outcome: Outcome | undefined;
  for (const effect of decision.effects) {
    if (effect.type === 'call') calls.push(newCall(draft, run, effect));
    else if (effect.type === 'cancelCall') cancelled.push(effect.callId);
    else outcome = effect.outcome;
  }
  emit(draft, { type: 'run.advanced', runId, prev: run.lastSeq, input, events: decision.events, calls, cancelled, ...options });

  const reason = cancelReason(decision.effects);
  for (const callId of cancelled) withdraw(draft, run, callId, reason);
  const overspent = overBudget(draft, runId);
  if (outcome !== undefined) return endRun(draft, runId, outcome);
  if (overspent !== undefined) return endRun(draft, runId, { kind: 'failed', error: overspent });
  const advanced = runIn(draft, runId);
  if (advanced === undefined) return;
  for (const call of calls) {
    if (isDispatchable(advanced, call)) {
      draft.effects.push({ type: 'dispatch', order: workOrder(draft.state.id, advanced, call) });
    }
  }
  deliverFromInbox(draft, advanced);
}

/** A program that throws has a bug: that ends its run, and neither its region nor the kernel. */
function decideSafely<Value>(decide: () => Value): Value | { readonly error: ErrorData } {
  try {
    return decide();
  } catch (thrown) {
    return { error: errorData('INTERNAL', `the run's program failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`) };
  }
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

/** A message that waited is told once nothing is in flight. */
function deliverFromInbox(draft: Draft, run: RunState): void {
  const message = run.inbox[0];
  if (message === undefined || Object.keys(run.calls).length > 0) return;
  advanceRun(draft, run.runId, { type: 'message', content: message }, { fromInbox: true });
}

function newCall(
  draft: Draft,
  run: RunState,
  effect: { callId: CallId; capability: string; input: JsonObject; timeoutMs?: number; retry?: CallState['retry']; stickyKey?: string },
): CallState {
  return {
    callId: effect.callId,
    capability: effect.capability,
    input: effect.input,
    attempt: 1,
    failures: 0,
    requestedMs: draft.now,
    deadlineMs: Math.min(run.deadlineMs, draft.now + (effect.timeoutMs ?? draft.limits.callTimeoutMs)),
    notBeforeMs: 0,
    redelivered: false,
    ...(effect.retry && { retry: effect.retry }),
    ...(effect.stickyKey !== undefined && { stickyKey: effect.stickyKey }),
  };
}

function cancelReason(effects: readonly { type: string; reason?: string }[]): string {
  return effects.find((effect) => effect.type === 'cancelCall')?.reason ?? 'the program gave it up';
}

/** Why a run may not go on, when it has asked for more than its budget allows. */
function overBudget(draft: Draft, runId: RunId): ErrorData | undefined {
  const run = runIn(draft, runId);
  if (run === undefined) return undefined;
  const { callsMax, tokensMax, costMicrosMax } = run.budget;
  const spent: [string, number, number | undefined][] = [
    ['calls', run.callsTotal, callsMax],
    ['tokens', run.usage.tokens, tokensMax],
    ['cost in millionths', run.usage.costMicros, costMicrosMax],
  ];
  for (const [what, used, max] of spent) {
    if (max !== undefined && used > max) {
      return errorData('BUDGET_EXCEEDED', `the run's budget is ${max} ${what} and it came to ${used}; start it with a larger budget`, {
        details: { what, used, max },
      });
    }
  }
  return undefined;
}
