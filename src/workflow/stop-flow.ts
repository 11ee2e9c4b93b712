import { type ErrorData, errorData, later } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { holds } from './condition.js';
import type { Draft } from './draft.js';
import { HashBook } from './hash-book.js';
import { cancelJob, skipJob } from './job-end.js';
import type { FramePlan, JobPlan } from './job-plan.js';
import { isAdmitted, stopOf } from './job-state.js';
import { callInFlight } from './level.js';
import { locatedError } from './located-error.js';
import { calledBy, combinationOf } from './places.js';
import { Scope } from './scope.js';
import type { RunningJob } from './state.js';
import { withdrawStep } from './step-flow.js';
import { placeOf, type StepPlace, scopeOf } from './step-place.js';
import { isPast, STOP_WINDOW_MS } from './time-limits.js';

/**
 * Tells the run to stop. As at GitHub, the condition of each running job is looked at again: one that still holds, such
 * as `always()`, keeps its job running. A second request changes nothing.
 */
export function cancelRun(draft: Draft, reason: string): void {
  if (draft.state.cancel !== undefined) return;
  draft.happen({ type: 'CancelRequested', reason, stopBy: later(draft.now, STOP_WINDOW_MS) });
  stopFrame(draft, draft.plan, reason);
}

/** Stops a job whatever its condition says, and all jobs that it stands for. */
export function stopWhole(draft: Draft, job: JobPlan, reason: string, error?: ErrorData): void {
  const state = draft.stateOf(job);
  switch (state?.phase) {
    case undefined:
    case 'queued':
      return cancelJob(draft, job, error);
    case 'running':
      return state.status === 'cancelled' ? undefined : stopJob(draft, job, state, reason, error);
    case 'matrix':
      for (const place of state.jobs.keys()) stopWhole(draft, combinationOf(job, place), reason, error);
      return;
    case 'calling': {
      const frame = calledBy(job);
      if (state.cancel !== undefined || frame === undefined) return;
      const stopBy = later(draft.now, STOP_WINDOW_MS);
      draft.happen({
        type: 'JobStopRequested',
        job: job.path,
        stopBy,
        reason,
        ...(error === undefined ? {} : { error }),
      });
      return stopFrame(draft, frame, reason);
    }
    case 'ended':
  }
}

/** Stops the jobs of a workflow that was told to, as their conditions have it. One that waits for its group ends at once. */
function stopFrame(draft: Draft, frame: FramePlan, reason: string): void {
  if (!isAdmitted(draft.state, frame)) {
    for (const job of frame.jobs) if (draft.stateOf(job) === null) skipJob(draft, job);
    return;
  }
  for (const job of frame.jobs) stopAsTold(draft, job, reason);
  considerAll(draft, frame);
}

function stopAsTold(draft: Draft, job: JobPlan, reason: string): void {
  const state = draft.stateOf(job);
  if (state?.phase === 'matrix') {
    for (const place of state.jobs.keys()) stopAsTold(draft, combinationOf(job, place), reason);
  } else if (state?.phase === 'calling') {
    const frame = calledBy(job);
    if (frame !== undefined) stopFrame(draft, frame, reason);
  } else if (state?.phase === 'queued' || (state?.phase === 'running' && state.status !== 'cancelled')) {
    const goesOn = attempt(() => holds(job.condition, new Scope({ plan: draft.plan, state: draft.state, job })));
    if (!goesOn.ok || !goesOn.value) stopWhole(draft, job, reason);
  }
}

/** Looks at all jobs that have not started: some start because of what has happened, others never will. */
export function considerAll(draft: Draft, frame: FramePlan): void {
  for (const job of frame.jobs) considerIn(draft, job);
}

function considerIn(draft: Draft, job: JobPlan): void {
  const state = draft.stateOf(job);
  if (state === null) draft.considerJob(job);
  else if (state.phase === 'matrix')
    for (const place of state.jobs.keys()) considerIn(draft, combinationOf(job, place));
  else if (state.phase === 'calling') {
    const frame = calledBy(job);
    if (frame !== undefined) considerAll(draft, frame);
  }
}

/** Does what time asks for: stops jobs that are out of time, and gives up those whose window is over. */
export function expire(draft: Draft): void {
  const { plan } = draft;
  if (plan.hasTimeouts || draft.state.cancel !== undefined) expireFrame(draft, plan);
}

function expireFrame(draft: Draft, frame: FramePlan): void {
  const isOver = isPast(stopOf(draft.state, frame)?.stopBy, draft.now);
  for (const job of frame.jobs) expireJob(draft, job, isOver);
  if (isOver) considerAll(draft, frame);
}

function expireJob(draft: Draft, job: JobPlan, isOver: boolean): void {
  const state = draft.stateOf(job);
  if (state?.phase === 'running') {
    if (isOver || isPast(state.stopBy, draft.now)) giveUpJob(draft, job, state);
    else if (isPast(state.deadline, draft.now) && state.steps.length < job.steps.length) timeOutJob(draft, job, state);
  } else if (state?.phase === 'queued') {
    if (isOver) cancelJob(draft, job);
  } else if (state?.phase === 'matrix') {
    for (const place of state.jobs.keys()) expireJob(draft, combinationOf(job, place), isOver);
  } else if (state?.phase === 'calling') {
    const frame = calledBy(job);
    if (frame !== undefined) expireFrame(draft, frame);
  }
}

function timeOutJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const step = calling(draft, job, running)?.step;
  const at = step === undefined ? '' : `, at step ${step.label}, which calls ${step.capability}`;
  const error = errorData('WORK_DEADLINE', `it ran longer than its timeout-minutes${at}`);
  stopJob(draft, job, running, 'its job ran out of time', locatedError(error, job));
}

/** Stops a job: its call too, unless the condition of that step holds in a job that is being stopped. */
function stopJob(draft: Draft, job: JobPlan, running: RunningJob, reason: string, error?: ErrorData): void {
  const place = calling(draft, job, running);
  const stopped = place && placeOf(draft, job, { ...running, status: 'cancelled' });
  const goesOn = stopped && attempt(() => holds(stopped.step.condition, scopeOf(stopped, bookOf(stopped))));
  const stopBy = later(draft.now, STOP_WINDOW_MS);
  draft.happen({ type: 'JobStopRequested', job: job.path, stopBy, ...(error === undefined ? {} : { error }) });
  if (place === undefined || (goesOn?.ok && goesOn.value)) return;
  withdrawStep(place, reason);
  draft.resume(job);
}

/** Ends a job whose last steps took too long. */
function giveUpJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const place = calling(draft, job, running);
  if (place !== undefined) withdrawStep(place, 'its job did not stop in time');
  cancelJob(draft, job);
}

/** The step of a job whose call is in flight. */
function calling(draft: Draft, job: JobPlan, running: RunningJob): StepPlace | undefined {
  const place = placeOf(draft, job, running);
  return place !== undefined && callInFlight(job, place.level) !== undefined ? place : undefined;
}

function bookOf({ level }: StepPlace): HashBook {
  return new HashBook(level.at.hashes);
}
