import type { FramePlan, JobPlan } from './job-plan.js';
import type { CallingJob, JobState, MatrixJob, Stop, WorkflowState } from './state.js';

/** The job that holds another's state: the one with its matrix, or the one that calls its workflow. */
function holderOf(job: JobPlan): JobPlan | undefined {
  return job.group ?? job.frame.caller;
}

/** What has become of a job. */
export function stateOf(state: WorkflowState, job: JobPlan): JobState {
  const holder = holderOf(job);
  if (holder === undefined) return state.jobs[job.place] ?? null;
  return heldBy(stateOf(state, holder))?.[job.place] ?? null;
}

/** The jobs within a job; undefined when it has none. */
export function heldBy(job: JobState): readonly JobState[] | undefined {
  return job?.phase === 'matrix' || job?.phase === 'calling' ? job.jobs : undefined;
}

/** The state with another one of a job. A job whose place is not there changes nothing. */
export function withJob(state: WorkflowState, job: JobPlan, changed: JobState): WorkflowState {
  const holder = holderOf(job);
  if (holder === undefined) {
    return job.place < state.jobs.length ? { ...state, jobs: state.jobs.with(job.place, changed) } : state;
  }
  const held = stateOf(state, holder);
  if (held?.phase !== 'matrix' && held?.phase !== 'calling') return state;
  if (job.place >= held.jobs.length) return state;
  return withJob(state, holder, { ...held, jobs: held.jobs.with(job.place, changed) });
}

/** The states of a frame's jobs. */
export function jobsOf(state: WorkflowState, frame: FramePlan): readonly JobState[] {
  return frame.caller === undefined ? state.jobs : (heldBy(stateOf(state, frame.caller)) ?? NO_JOBS);
}

const NO_JOBS: readonly JobState[] = [];

/** The request to stop that a frame's jobs are under: the run's, or that of a workflow around them. */
export function stopOf(state: WorkflowState, frame: FramePlan): Stop | undefined {
  if (state.cancel !== undefined || frame.caller === undefined) return state.cancel;
  return callingJob(state, frame.caller)?.cancel ?? stopOf(state, frame.caller.frame);
}

/** Whether a frame's jobs may start: its concurrency group is not waited for. */
export function isAdmitted(state: WorkflowState, frame: FramePlan): boolean {
  const queue = frame.caller === undefined ? state.queue : callingJob(state, frame.caller)?.queue;
  return queue === undefined || queue.held;
}

export function callingJob(state: WorkflowState, job: JobPlan): CallingJob | undefined {
  const found = stateOf(state, job);
  return found?.phase === 'calling' ? found : undefined;
}

export function matrixJob(state: WorkflowState, job: JobPlan): MatrixJob | undefined {
  const found = stateOf(state, job);
  return found?.phase === 'matrix' ? found : undefined;
}
