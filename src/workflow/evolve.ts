import type { ErrorData } from 'tau-core';
import type { JobEvent, StepEvent, WorkflowEvent } from './event.js';
import { evolveSteps } from './evolve-steps.js';
import type { JobPlan, WorkflowPlan } from './job-plan.js';
import { stateOf, withJob } from './job-state.js';
import { locatedError } from './located-error.js';
import { calledBy, jobAt } from './places.js';
import type { EndedJob, JobState, Outputs, Queue, RunningJob, WorkflowState } from './state.js';
import { joinSummaries } from './summary.js';
import type { Writable } from './writable.js';

/** The state after an event. Total: an event that does not fit leaves the state as it is. */
export function evolve(plan: WorkflowPlan, state: WorkflowState, event: WorkflowEvent): WorkflowState {
  switch (event.type) {
    case 'CancelRequested':
      return { ...state, cancel: { reason: event.reason, stopBy: event.stopBy } };
    case 'RunNamed':
      return { ...state, name: event.name };
    case 'RunRefused':
      return state.error === undefined ? { ...state, error: event.error } : state;
    case 'WorkflowQueued':
      return withQueue(plan, state, event.job, { group: event.group, held: false });
    case 'WorkflowAdmitted':
      return withQueue(plan, state, event.job);
    default:
      return evolveJob(plan, state, event);
  }
}

/** A workflow's place in its queue: a new one or, without, the one that it has, now held. */
function withQueue(plan: WorkflowPlan, state: WorkflowState, path: string | undefined, queue?: Queue): WorkflowState {
  const job = path === undefined ? undefined : jobAt(plan, path);
  if (path === undefined) {
    const held = queue ?? (state.queue && { ...state.queue, held: true });
    return held === undefined ? state : { ...state, queue: held };
  }
  const calling = job && stateOf(state, job);
  if (job === undefined || calling?.phase !== 'calling') return state;
  const held = queue ?? (calling.queue && { ...calling.queue, held: true });
  return held === undefined ? state : withJob(state, job, { ...calling, queue: held });
}

function evolveJob(plan: WorkflowPlan, state: WorkflowState, event: JobEvent | StepEvent): WorkflowState {
  const job = jobAt(plan, event.job);
  if (job === undefined) return state;
  const before = stateOf(state, job);
  const after = stateAfter(job, before, event);
  if (after === undefined) return state;
  const changed = withJob(state, job, after);
  return after.phase === 'ended' ? gathered(changed, job, before, after, event) : changed;
}

/** What has become of a job after an event; undefined when the event does not fit. */
function stateAfter(plan: JobPlan, job: JobState, event: JobEvent | StepEvent): Exclude<JobState, null> | undefined {
  switch (event.type) {
    case 'JobQueued':
      return job === null ? { phase: 'queued', lock: event.group } : undefined;
    case 'JobExpanded': {
      if (job !== null) return undefined;
      const { combinations, labels, failFast, maxParallel } = event;
      const jobs = combinations.map(() => null);
      return {
        phase: 'matrix',
        combinations,
        labels,
        failFast,
        ...(maxParallel === undefined ? {} : { maxParallel }),
        jobs,
      };
    }
    case 'WorkflowCalled':
      return job === null || job.phase === 'queued' ? calling(plan, job, event) : undefined;
    case 'JobStarted':
      return job === null || job.phase === 'queued' ? startedJob(job, event) : undefined;
    case 'JobSkipped':
      return job === null ? { phase: 'ended', result: 'skipped' } : undefined;
    case 'JobCompleted':
      return job?.phase === 'ended' ? undefined : endedJob(job, event);
    case 'JobStopRequested':
      return stopped(job, event);
    default:
      return job?.phase === 'running' ? evolveSteps(plan, job, event) : undefined;
  }
}

function calling(
  plan: JobPlan,
  job: Extract<JobState, { phase: 'queued' }> | null,
  event: Extract<JobEvent, { type: 'WorkflowCalled' }>,
): JobState & { phase: 'calling' } {
  const jobs = calledBy(plan)?.jobs.map(() => null) ?? [];
  return { phase: 'calling', inputs: event.inputs, jobs, ...(job === null ? {} : { lock: job.lock }) };
}

function startedJob(
  job: Extract<JobState, { phase: 'queued' }> | null,
  event: Extract<JobEvent, { type: 'JobStarted' }>,
): RunningJob {
  return {
    phase: 'running',
    status: 'success',
    steps: [],
    ...(event.env === undefined ? {} : { env: event.env }),
    ...(event.envSecrets === undefined ? {} : { envSecrets: event.envSecrets }),
    ...(event.deadline === undefined ? {} : { deadline: event.deadline }),
    ...(job === null ? {} : { lock: job.lock }),
  };
}

function endedJob(job: JobState, { result, outputs }: Extract<JobEvent, { type: 'JobCompleted' }>): EndedJob {
  const ended: Writable<EndedJob> = { phase: 'ended', result };
  if (outputs !== undefined) ended.outputs = outputs;
  if (job !== null && 'summary' in job && job.summary !== undefined) ended.summary = job.summary;
  return ended;
}

function stopped(
  job: JobState,
  { reason, stopBy, error }: Extract<JobEvent, { type: 'JobStopRequested' }>,
): Exclude<JobState, null> | undefined {
  if (job?.phase === 'calling') return withError({ ...job, cancel: { reason: reason ?? '', stopBy } }, error);
  if (job?.phase !== 'running') return undefined;
  const { deadline: _, ...rest } = job;
  return withError<RunningJob>({ ...rest, status: 'cancelled', stopBy }, error);
}

function withError<T extends { readonly error?: ErrorData }>(job: T, error: ErrorData | undefined): T {
  return error === undefined || job.error !== undefined ? job : { ...job, error };
}

/** The state once a job has ended: what holds the job takes over what counts of it. */
function gathered(
  state: WorkflowState,
  job: JobPlan,
  before: JobState,
  after: EndedJob,
  event: JobEvent | StepEvent,
): WorkflowState {
  const error = event.type === 'JobCompleted' ? countingError(job, before, event) : undefined;
  const holder = job.group ?? job.frame.caller;
  if (holder === undefined) return error === undefined || state.error !== undefined ? state : { ...state, error };
  const held = stateOf(state, holder);
  if (held?.phase !== 'matrix' && held?.phase !== 'calling') return state;
  const changed: Writable<typeof held> = { ...held };
  if (error !== undefined) changed.error ??= error;
  if (after.summary !== undefined) changed.summary = joinSummaries(held.summary, after.summary);
  if (changed.phase === 'matrix' && after.outputs !== undefined) {
    (changed as Writable<typeof changed>).outputs = mergedOutputs(changed.outputs, after.outputs);
  }
  return withJob(state, holder, changed);
}

/** What a run fails with when this job ends so: the first thing that went wrong in it. */
function countingError(
  plan: JobPlan,
  before: JobState,
  event: Extract<JobEvent, { type: 'JobCompleted' }>,
): ErrorData | undefined {
  if (event.result !== 'failure' && event.result !== 'cancelled') return undefined;
  const own = before !== null && 'error' in before ? before.error : undefined;
  return own ?? (event.error && locatedError(event.error, plan));
}

/** Outputs of combinations: the last one wins, but an empty one takes nothing away. */
function mergedOutputs(before: Outputs = {}, added: Outputs): Outputs {
  const filled = Object.entries(added).filter(([name, value]) => value !== '' || !Object.hasOwn(before, name));
  return { ...before, ...Object.fromEntries(filled) };
}
