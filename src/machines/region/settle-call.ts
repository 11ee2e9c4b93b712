import {
  type CallId,
  ERROR_CATALOGUE,
  type ErrorData,
  errorData,
  instant,
  type Outcome,
  type RunId,
  type Usage,
} from 'tau-core';
import { jitterOf, retryDecision } from 'tau-orchestrate';
import { advanceRun, withinBudget, withoutSecrets } from './advance-run.js';
import { accept, type Draft, emit, refuse, runIn } from './draft.js';
import type { RegionInput } from './inputs.js';
import { LOSSES_MAX } from './limits.js';
import { passTime } from './pass-time.js';
import { dispatchAgain } from './redispatch.js';
import type { CallState, RunState } from './state.js';

type Settle = Extract<RegionInput, { readonly type: 'settle' }>;
type Lost = Extract<RegionInput, { readonly type: 'lost' }>;

/** An attempt has ended: the program is told, or another attempt follows, or a person is asked. */
export function settleCall(draft: Draft, input: Settle): void {
  if (current(draft, input.runId, input.callId, input.attempt) === undefined) return refuseStale(draft);
  // At one instant the run's deadlines are told before what ran out of time: no timer decides which of them comes first.
  if (isOfTime(input.outcome)) passTime(draft, input.runId);
  const found = current(draft, input.runId, input.callId, input.attempt);
  if (found === undefined) return accept(draft);
  const { run, call } = found;
  const { usage } = input;
  const told = withoutSecrets(draft, run, { type: 'callSettled', callId: call.callId, outcome: input.outcome });
  // Whatever it is now, it is journaled below: never as it came.
  const outcome = told?.type === 'callSettled' ? told.outcome : undefined;
  if (outcome === undefined) return accept(draft);
  if (outcome.kind === 'inputRequired') ask(draft, run, call, outcome, usage);
  else if (!retry(draft, run, call, outcome, usage)) {
    const dead = call.failures > 0 && isRetryable(outcome) ? outcome.error : undefined;
    const spent = { ...(usage && { usage }), ...(dead && { dead }) };
    advanceRun(draft, run.runId, { type: 'callSettled', callId: call.callId, outcome }, spent);
  }
  accept(draft);
}

const OF_TIME: ReadonlySet<string> = new Set([ERROR_CATALOGUE.WORK_DEADLINE.id, ERROR_CATALOGUE.NO_PROVIDER.id]);

/** Whether nobody answered in time, be it the kernel that says so or an extension that has seen the deadline first. */
function isOfTime(outcome: Outcome): boolean {
  return (outcome.kind === 'failed' || outcome.kind === 'unknown') && OF_TIME.has(outcome.error.id);
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

function current(
  draft: Draft,
  runId: RunId,
  callId: CallId,
  attempt: number,
): { run: RunState; call: CallState } | undefined {
  const run = runIn(draft, runId);
  const call = run?.calls.get(callId);
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
  if (!isRetryable(outcome) || call.retry === undefined || isBeingCancelled(run, call)) return false;
  const decision = retryDecision({
    policy: call.retry,
    failures: call.failures + 1,
    error: outcome.error,
    now: draft.now,
    deadline: instant(call.deadlineMs),
    jitter01: jitterOf(`${call.callId}#${call.attempt}#${call.requestedMs}`),
  });
  if (!decision.retry) return false;
  emit(draft, {
    type: 'call.retrying',
    runId: run.runId,
    prev: run.lastSeq,
    callId: call.callId,
    error: outcome.error,
    redelivered: outcome.kind === 'unknown' || outcome.error.outcome === 'unknown',
    notBeforeMs: decision.at,
    ...(usage && { usage }),
  });
  if (withinBudget(draft, run.runId) !== undefined) dispatchAgain(draft, run.runId, call.callId);
  return true;
}

/** What was under way when a cancel came is not tried again; what the program has asked for since then is its own will. */
function isBeingCancelled(run: RunState, call: CallState): boolean {
  return run.phase === 'cancelling' && call.sinceCancel !== true;
}

function isRetryable(outcome: Outcome): outcome is { kind: 'failed' | 'unknown'; error: ErrorData } {
  return (outcome.kind === 'failed' || outcome.kind === 'unknown') && outcome.error.retryable;
}
