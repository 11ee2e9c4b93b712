import type { ErrorData } from 'tau-core';
import type { WorkflowEvent } from './event.js';
import type { JobPlan, WorkflowPlan } from './plan.js';
import type { EndedJob, EndedStep, JobStatus, RunningJob, WorkflowState } from './state.js';

type JobEvent = Exclude<WorkflowEvent, { type: 'CancelRequested' }>;

/** The state after an event. Total: an event that does not fit leaves the state as it is. */
export function evolve(plan: WorkflowPlan, state: WorkflowState, event: WorkflowEvent): WorkflowState {
  if (event.type === 'CancelRequested') {
    return { ...state, cancel: { reason: event.reason, stopBy: event.stopBy } };
  }
  const index = plan.jobIndex.get(event.job);
  const job = index === undefined ? undefined : plan.jobs[index];
  if (index === undefined || job === undefined) return state;
  const before = state.jobs[index] ?? null;
  const after = evolveJob(job, before, event);
  if (after === undefined) return state;
  const changed = { ...state, jobs: state.jobs.with(index, after) };
  const error = event.type === 'JobCompleted' ? runError(job, before, event) : undefined;
  return error === undefined || state.error !== undefined ? changed : { ...changed, error };
}

function evolveJob(
  plan: JobPlan,
  job: RunningJob | EndedJob | null,
  event: JobEvent,
): RunningJob | EndedJob | undefined {
  if (event.type === 'JobStarted') return job === null ? startedJob(event) : undefined;
  if (event.type === 'JobSkipped') return job === null ? { phase: 'ended', result: 'skipped' } : undefined;
  if (event.type === 'JobCompleted') {
    if (job?.phase === 'ended') return undefined;
    return { phase: 'ended', result: event.result, ...(event.outputs === undefined ? {} : { outputs: event.outputs }) };
  }
  return job?.phase === 'running' ? evolveRunning(plan, job, event) : undefined;
}

function startedJob(event: Extract<WorkflowEvent, { type: 'JobStarted' }>): RunningJob {
  return {
    phase: 'running',
    status: 'success',
    steps: [],
    ...(event.env === undefined ? {} : { env: event.env }),
    ...(event.deadline === undefined ? {} : { deadline: event.deadline }),
  };
}

function evolveRunning(
  plan: JobPlan,
  job: RunningJob,
  event: Exclude<JobEvent, { type: 'JobStarted' | 'JobSkipped' | 'JobCompleted' }>,
): RunningJob {
  switch (event.type) {
    case 'StepStarted':
      return { ...job, calling: true };
    case 'StepSkipped':
      return withStep(job, { outcome: 'skipped', conclusion: 'skipped' }, job.status);
    case 'StepCompleted': {
      const { outcome, conclusion, outputs, error } = event;
      const step: EndedStep = outputs === undefined ? { outcome, conclusion } : { outcome, conclusion, outputs };
      if (conclusion !== 'failure') return withStep(job, step, job.status);
      const failed = withStep(job, step, job.status === 'success' ? 'failure' : job.status);
      return withError(failed, error && locatedError(error, plan, job.steps.length));
    }
    case 'JobStopRequested': {
      const { deadline: _, ...rest } = job;
      return withError({ ...rest, status: 'cancelled', stopBy: event.stopBy }, event.error);
    }
  }
}

function withStep(job: RunningJob, step: EndedStep, status: JobStatus): RunningJob {
  const { calling: _, ...rest } = job;
  return { ...rest, status, steps: [...job.steps, step] };
}

function withError(job: RunningJob, error: ErrorData | undefined): RunningJob {
  return error === undefined || job.error !== undefined ? job : { ...job, error };
}

/** What a run fails with when this job ends so: the first thing that went wrong in it. */
function runError(
  plan: JobPlan,
  before: RunningJob | EndedJob | null,
  event: Extract<WorkflowEvent, { type: 'JobCompleted' }>,
): ErrorData | undefined {
  if (event.result !== 'failure' && event.result !== 'cancelled') return undefined;
  return (before?.phase === 'running' ? before.error : undefined) ?? (event.error && locatedError(event.error, plan));
}

/** An error with where it happened in front of its message. Its id stays: the cause is what has to be seen. */
export function locatedError(error: ErrorData, job: JobPlan, stepIndex?: number): ErrorData {
  const step = stepIndex === undefined ? undefined : job.steps[stepIndex];
  const place = step === undefined ? `job ${job.id}` : `job ${job.id}, step ${step.label}`;
  return {
    ...error,
    message: `${place}: ${error.message}`,
    details: { ...error.details, job: job.id, ...(step === undefined ? {} : { step: step.key }) },
  };
}
