import { type ErrorData, errorData, later } from 'tau-core';
import { holds } from './condition.js';
import type { Draft } from './draft.js';
import { locatedError } from './evolve.js';
import { attempt } from './expression.js';
import type { JobPlan, StepPlan } from './plan.js';
import { Scope } from './scope.js';
import type { RunningJob } from './state.js';
import { stepScope, withdrawStep } from './step-flow.js';
import { isPast, STOP_WINDOW_MS } from './time-limits.js';

/**
 * Tells the run to stop. As at GitHub, the condition of each running job is looked at again: one that still holds, such
 * as `always()`, keeps its job running. A second request changes nothing.
 */
export function cancelRun(draft: Draft, reason: string): void {
  if (draft.state.cancel !== undefined) return;
  draft.happen({ type: 'CancelRequested', reason, stopBy: later(draft.now, STOP_WINDOW_MS) });
  const { plan } = draft;
  for (const job of plan.jobs) {
    const running = draft.running(job);
    if (running === undefined || running.status === 'cancelled') continue;
    const goesOn = attempt(() => holds(job.condition, new Scope({ plan, state: draft.state, job })));
    if (!goesOn.ok || !goesOn.value) stopJob(draft, job, running, reason);
  }
  draft.consider(plan.jobs.map(({ index }) => index));
}

/** Does what time asks for: stops jobs that are out of time, and gives up those whose window is over. */
export function expire(draft: Draft): void {
  const { plan, now } = draft;
  if (!plan.hasTimeouts && draft.state.cancel === undefined) return;
  const isOver = isPast(draft.state.cancel?.stopBy, now);
  for (const job of plan.jobs) {
    const running = draft.running(job);
    if (running === undefined) continue;
    if (isOver || isPast(running.stopBy, now)) giveUpJob(draft, job, running);
    else if (isPast(running.deadline, now) && running.steps.length < job.steps.length) timeOutJob(draft, job, running);
  }
  if (isOver) draft.consider(plan.jobs.map(({ index }) => index));
}

function timeOutJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const step = currentCall(job, running);
  const at = step === undefined ? '' : `, at step ${step.label}, which calls ${step.capability}`;
  const error = errorData('WORK_DEADLINE', `it ran longer than its timeout-minutes${at}`);
  stopJob(draft, job, running, 'its job ran out of time', locatedError(error, job));
}

/** Stops a job: its call too, unless the condition of that step holds in a job that is being stopped. */
function stopJob(draft: Draft, job: JobPlan, running: RunningJob, reason: string, error?: ErrorData): void {
  const step = currentCall(job, running);
  const stopped: RunningJob = { ...running, status: 'cancelled' };
  const goesOn = step && attempt(() => holds(step.condition, stepScope(draft, job, step, stopped)));
  const stopBy = later(draft.now, STOP_WINDOW_MS);
  draft.happen({ type: 'JobStopRequested', job: job.id, stopBy, ...(error === undefined ? {} : { error }) });
  if (step === undefined || (goesOn?.ok && goesOn.value)) return;
  withdrawStep(draft, job, step, reason);
  draft.resume(job);
}

/** Ends a job whose last steps took too long. */
function giveUpJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const step = currentCall(job, running);
  if (step !== undefined) withdrawStep(draft, job, step, 'its job did not stop in time');
  draft.happen({ type: 'JobCompleted', job: job.id, result: 'cancelled' });
  draft.consider(job.dependents);
}

/** The step whose call is in flight. */
function currentCall(job: JobPlan, running: RunningJob): StepPlan | undefined {
  return running.calling === true ? job.steps[running.steps.length] : undefined;
}
