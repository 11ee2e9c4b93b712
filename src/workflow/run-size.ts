import { type ErrorData, errorData } from 'tau-core';
import { heldBy } from './job-state.js';
import type { JobState, WorkflowState } from './state.js';

/** Matrices of workflows that have matrices multiply: without a bound a run would be larger than any memory. */
export const RUN_JOBS_MAX = 5_000;

/** Why a run cannot have so many jobs more at this time; undefined when it can. Those within ended jobs do not count. */
export function tooManyJobs(state: WorkflowState, more: number): ErrorData | undefined {
  const jobs = count(state.jobs) + more;
  if (jobs <= RUN_JOBS_MAX) return undefined;
  return errorData('LIMIT_EXCEEDED', `the run would have ${jobs} jobs at a time, and may have ${RUN_JOBS_MAX}`);
}

function count(jobs: readonly JobState[]): number {
  let total = jobs.length;
  for (const job of jobs) {
    const held = heldBy(job);
    if (held !== undefined) total += count(held);
  }
  return total;
}
