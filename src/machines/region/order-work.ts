import { type RegionId, workId } from 'tau-core';
import type { RegionEffect, WorkOrder } from './effects.js';
import { callsByAge } from './open-calls.js';
import type { CallState, RegionState, RunState } from './state.js';

/** What a provider is given for a call's current attempt. */
export function workOrder(regionId: RegionId, run: RunState, call: CallState): WorkOrder {
  return {
    workId: workId(run.runId, call.callId),
    attempt: call.attempt,
    regionId,
    runId: run.runId,
    callId: call.callId,
    capability: call.capability,
    inputJson: JSON.stringify(call.input),
    answerJson: call.answer === undefined ? '' : JSON.stringify(call.answer),
    deadlineMs: Math.min(call.deadlineMs, run.deadlineMs),
    notBeforeMs: call.notBeforeMs,
    redelivered: call.redelivered,
    priority: run.priority,
    fairnessKey: run.fairnessKey,
    budget: run.budget,
    ...(call.stickyKey !== undefined && { stickyKey: call.stickyKey }),
    ...(call.policy && { policy: call.policy }),
    ...(call.secrets && { secretsJson: JSON.stringify(call.secrets) }),
    ...(call.grants && { grantsJson: JSON.stringify(call.grants) }),
    ...(run.principal && { principal: run.principal }),
    ...(run.traceparent !== undefined && { traceparent: run.traceparent }),
  };
}

/** Whether a call waits for a provider, and not for a person or for its run to be resumed. */
export function isDispatchable(run: RunState, call: CallState): boolean {
  return call.question === undefined && run.phase !== 'paused';
}

/** The runs in progress, the oldest first: a map of them has another order after a restart. */
export function runsByAge(state: RegionState): RunState[] {
  return [...state.runs.values()].sort((a, b) => a.firstSeq - b.firstSeq);
}

type RecoveryEffect = Extract<RegionEffect, { readonly type: 'dispatch' | 'tellLocks' }>;

/**
 * What a region that was just read from its journal asks of its shell: every call that had not settled is dispatched
 * again. Nobody knows which of them a provider had in its hands, so all are marked as possibly done. Programs that were not
 * told of their locks are told.
 */
export function recoveryEffects(state: RegionState): RecoveryEffect[] {
  const effects: RecoveryEffect[] = state.lockNews.length > 0 ? [{ type: 'tellLocks', regionId: state.id }] : [];
  for (const run of runsByAge(state)) {
    for (const call of callsByAge(run.calls)) {
      if (isDispatchable(run, call)) {
        effects.push({ type: 'dispatch', order: { ...workOrder(state.id, run, call), redelivered: true } });
      }
    }
  }
  return effects;
}
