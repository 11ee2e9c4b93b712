import { backoffDelayMs, type CallId, type ErrorData, errorData, type Outcome, type RunId, type Usage } from 'tau-core';
import { advanceRun, withinBudget } from './advance-run.js';
import { accept, type Draft, emit, refuse, runIn } from './draft.js';
import type { RegionInput } from './inputs.js';
import { LOSSES_MAX } from './limits.js';
import { workOrder } from './order-work.js';
import type { CallState, RunState } from './state.js';

type Settle = Extract<RegionInput, { readonly type: 'settle' }>;
type Lost = Extract<RegionInput, { readonly type: 'lost' }>;

/** An attempt has ended: the program is told, or another attempt follows, or a person is asked. */
export function settleCall(draft: Draft, input: Settle): void {
  const found = current(draft, input.runId, input.callId, input.attempt);
  if (found === undefined) return refuseStale(draft);
  const { run, call } = found;
  const { outcome, usage } = input;
  if (outcome.kind === 'inputRequired') ask(draft, run, call, outcome, usage);
  else if (!retry(draft, run, call, outcome, usage)) {
    const dead = call.failures > 0 && isRetryable(outcome) ? outcome.error : undefined;
    const spent = { ...(usage && { usage }), ...(dead && { dead }) };
    advanceRun(draft, run.runId, { type: 'callSettled', callId: call.callId, outcome }, spent);
  }
  accept(draft);
}

/** The provider is gone: nobody knows what it did, so another one is asked to reconcile and go on. */
export function loseCall(draft: Draft, input: Lost): void {
  const found = current(draft, input.runId, input.callId, input.attempt);
  if (found === undefined) return refuseStale(draft);
  const { run, call } = found;
  const error = errorData('WORK_LOST', input.message);
  if (call.attempt - call.failures > LOSSES_MAX) {
    advanceRun(
      draft,
      run.runId,
      { type: 'callSettled', callId: call.callId, outcome: { kind: 'unknown', error } },
      { dead: error },
    );
  } else {
    emit(draft, { type: 'call.lost', runId: run.runId, prev: run.lastSeq, callId: call.callId, error });
    dispatchAgain(draft, run.runId, call.callId);
  }
  accept(draft);
}

/** Dispatches a call's new attempt, unless its run is paused. */
export function dispatchAgain(draft: Draft, runId: RunId, callId: CallId): void {
  const run = runIn(draft, runId);
  const call = run?.calls[callId];
  if (run === undefined || call === undefined || run.phase === 'paused') return;
  draft.effects.push({ type: 'dispatch', order: workOrder(draft.state.id, run, call) });
}

function current(
  draft: Draft,
  runId: RunId,
  callId: CallId,
  attempt: number,
): { run: RunState; call: CallState } | undefined {
  const run = runIn(draft, runId);
  const call = run?.calls[callId];
  return run && call && call.attempt === attempt && call.question === undefined ? { run, call } : undefined;
}

function refuseStale(draft: Draft): void {
  refuse(draft, errorData('STALE_VERSION', 'nobody waits for this attempt any more'));
}

function ask(
  draft: Draft,
  run: RunState,
  call: CallState,
  outcome: Extract<Outcome, { kind: 'inputRequired' }>,
  usage: Usage | undefined,
): void {
  const question = {
    version: call.attempt,
    text: outcome.question,
    askedMs: draft.now,
    ...(outcome.answerSchema !== undefined && { schema: outcome.answerSchema }),
  };
  emit(draft, {
    type: 'call.asked',
    runId: run.runId,
    prev: run.lastSeq,
    callId: call.callId,
    question,
    ...(usage && { usage }),
  });
  withinBudget(draft, run.runId);
}

/** Plans another attempt if the policy, the error and the deadline allow one. */
function retry(draft: Draft, run: RunState, call: CallState, outcome: Outcome, usage: Usage | undefined): boolean {
  if (!isRetryable(outcome) || call.retry === undefined) return false;
  if (call.failures + 1 >= call.retry.attemptsMax || run.phase === 'cancelling') return false;
  const { firstDelayMs, factor, delayMaxMs } = call.retry;
  const planned = backoffDelayMs(
    call.failures + 1,
    { firstMs: firstDelayMs, factor, maxMs: delayMaxMs },
    jitterOf(call),
  );
  const notBeforeMs = draft.now + Math.max(planned, outcome.error.retryAfterMs ?? 0);
  if (notBeforeMs >= call.deadlineMs) return false;
  emit(draft, {
    type: 'call.retrying',
    runId: run.runId,
    prev: run.lastSeq,
    callId: call.callId,
    error: outcome.error,
    redelivered: outcome.kind === 'unknown' || outcome.error.outcome === 'unknown',
    notBeforeMs: Math.ceil(notBeforeMs),
    ...(usage && { usage }),
  });
  if (withinBudget(draft, run.runId) !== undefined) dispatchAgain(draft, run.runId, call.callId);
  return true;
}

function isRetryable(outcome: Outcome): outcome is { kind: 'failed' | 'unknown'; error: ErrorData } {
  return (outcome.kind === 'failed' || outcome.kind === 'unknown') && outcome.error.retryable;
}

/** Spreads retries without randomness: a number in [0, 1) from the call's name and attempt (FNV-1a). */
function jitterOf(call: CallState): number {
  let hash = 0x811c9dc5;
  const text = `${call.callId}#${call.attempt}#${call.requestedMs}`;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
