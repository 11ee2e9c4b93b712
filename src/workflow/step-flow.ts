import type { ErrorData, Outcome } from 'tau-core';
import { earliest, errorData, isJsonObject, later } from 'tau-core';
import { ACTION_RETRY } from './action-retry.js';
import { holds } from './condition.js';
import type { Draft } from './draft.js';
import type { StepCompleted, StepStarted } from './event.js';
import { attempt } from './expression.js';
import { outputValues } from './outputs.js';
import type { Env, JobPlan, StepPlan } from './plan.js';
import { Scope } from './scope.js';
import type { Outputs, RunningJob, StepResult } from './state.js';
import { STOP_WINDOW_MS } from './time-limits.js';
import type { Writable } from './writable.js';

/** What came of a step, before `continue-on-error`. */
interface StepEnd {
  readonly outcome: StepResult;
  readonly outputs?: Outputs;
  readonly error?: ErrorData;
}

/** Starts the current step of a job: it calls, or it has ended (skipped, or failed by an expression). */
export function startStep(draft: Draft, job: JobPlan, step: StepPlan, running: RunningJob): 'calling' | 'ended' {
  if (step.condition === undefined && running.status !== 'success') return skipStep(draft, job, step);
  const place = attempt(() => stepScope(draft, job, step, running));
  const wanted = place.ok ? attempt(() => holds(step.condition, place.value)) : place;
  // As at GitHub, `continue-on-error` does not cover what decides whether a step runs.
  if (!wanted.ok) return completeStep(draft, job, step, 'failure', { outcome: 'failure', error: wanted.error });
  if (!wanted.value || !place.ok) return skipStep(draft, job, step);
  const scope = place.value;
  const call = attempt(() => ({ input: step.input(scope), timeoutMs: timeoutOf(draft, step, running, scope) }));
  if (!call.ok) return endStep(draft, job, step, scope, { outcome: 'failure', error: call.error });
  const name = step.name === undefined ? undefined : attempt(() => step.name?.(scope));
  const started: Writable<StepStarted> = { type: 'StepStarted', job: job.id, step: step.key, uses: step.uses };
  if (name?.ok && name.value !== undefined) started.name = name.value;
  draft.happen(started);
  const { callId, capability } = step;
  const { input, timeoutMs } = call.value;
  const retry = ACTION_RETRY;
  draft.ask({ type: 'call', callId, capability, input, ...(timeoutMs !== undefined && { timeoutMs }), retry });
  return 'calling';
}

/** Takes what a step's call came to. */
export function settleStep(draft: Draft, job: JobPlan, step: StepPlan, running: RunningJob, outcome: Outcome): void {
  const end = endOf(outcome);
  const place = end.outcome === 'failure' ? attempt(() => stepScope(draft, job, step, running)) : undefined;
  if (place?.ok) endStep(draft, job, step, place.value, end);
  else completeStep(draft, job, step, end.outcome, end);
}

/** Withdraws a step's call. The host tells no more about it, so that the step ends here. */
export function withdrawStep(draft: Draft, job: JobPlan, step: StepPlan, reason: string): void {
  draft.ask({ type: 'cancelCall', callId: step.callId, reason });
  completeStep(draft, job, step, 'cancelled', { outcome: 'cancelled' });
}

/** The scope of a step's own keys: its `env` sees the job's, all else sees its own too. */
export function stepScope(draft: Draft, job: JobPlan, step: StepPlan, running: RunningJob): Scope {
  const { plan, state } = draft;
  const env = running.env ?? NO_ENV;
  const outer = new Scope({ plan, state, job, running, env });
  return step.env === undefined ? outer : new Scope({ plan, state, job, running, env: { ...env, ...step.env(outer) } });
}

const NO_ENV: Env = {};

/** The time that a call has: its own, and no more than its job's. */
function timeoutOf(draft: Draft, step: StepPlan, running: RunningJob, scope: Scope): number | undefined {
  const own = step.timeoutMs?.(scope);
  const { deadline, stopBy } = running;
  // A step that asks for the status may be one that goes on when its job is stopped, until the window is over.
  const jobs = deadline !== undefined && step.condition?.usesStatus ? later(deadline, STOP_WINDOW_MS) : deadline;
  const until = earliest(earliest(jobs, stopBy), draft.state.cancel?.stopBy);
  if (until === undefined) return own;
  const left = Math.max(1, until - draft.now);
  return own === undefined ? left : Math.min(own, left);
}

function skipStep(draft: Draft, job: JobPlan, step: StepPlan): 'ended' {
  draft.happen({ type: 'StepSkipped', job: job.id, step: step.key });
  return 'ended';
}

function endStep(draft: Draft, job: JobPlan, step: StepPlan, scope: Scope, end: StepEnd): 'ended' {
  const goOn = attempt(() => step.continueOnError?.(scope) ?? false);
  return completeStep(draft, job, step, goOn.ok && goOn.value ? 'success' : 'failure', end);
}

function completeStep(draft: Draft, job: JobPlan, step: StepPlan, conclusion: StepResult, end: StepEnd): 'ended' {
  const { outcome, outputs, error } = end;
  const completed: Writable<StepCompleted> = {
    type: 'StepCompleted',
    job: job.id,
    step: step.key,
    outcome,
    conclusion,
  };
  if (outputs !== undefined && step.hasId) completed.outputs = outputs;
  if (error !== undefined) completed.error = error;
  draft.happen(completed);
  return 'ended';
}

function endOf(outcome: Outcome): StepEnd {
  switch (outcome.kind) {
    case 'ok':
      return { outcome: 'success', outputs: outputsOf(outcome.output) };
    case 'failed':
    case 'unknown':
      return { outcome: 'failure', error: outcome.error };
    case 'cancelled':
      return { outcome: 'failure', error: errorData('STEP_FAILED', `its provider gave it up: ${outcome.reason}`) };
    case 'inputRequired':
      return { outcome: 'failure', error: errorData('STEP_FAILED', `it asks a question: ${outcome.question}`) };
  }
}

/** An object's members are the outputs; any other value is the one output `result`. */
function outputsOf(output: Extract<Outcome, { kind: 'ok' }>['output']): Outputs {
  if (output === null) return {};
  return outputValues(isJsonObject(output) ? output : { result: output });
}
