import type { CallId, RunId } from 'tau-core';
import { type Draft, runIn } from './draft.js';
import { callsByAge } from './open-calls.js';
import { isDispatchable, workOrder } from './order-work.js';
import type { RunState } from './state.js';

/** Dispatches a call's new attempt, unless its run is paused. */
export function dispatchAgain(draft: Draft, runId: RunId, callId: CallId): void {
  const run = runIn(draft, runId);
  const call = run?.calls.get(callId);
  if (run === undefined || call === undefined || run.phase === 'paused') return;
  draft.effects.push({ type: 'dispatch', order: workOrder(draft.state.id, run, call) });
}

/**
 * Dispatches calls that were held, or are a fork's, and that the program has left alone since. What was held may have been
 * in a provider's hands before: the call may have been under way when its run was paused, and a restart of the kernel leaves no
 * other trace of it.
 */
export function redispatch(draft: Draft, runId: RunId, calls: RunState['calls'], held: boolean): void {
  const run = runIn(draft, runId);
  for (const call of callsByAge(calls)) {
    if (run === undefined || run.calls.get(call.callId) !== call || !isDispatchable(run, call)) continue;
    const order = workOrder(draft.state.id, run, call);
    draft.effects.push({ type: 'dispatch', order: { ...order, redelivered: order.redelivered || held } });
  }
}
