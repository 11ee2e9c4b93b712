import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { ExpressionData } from '../expression/expression-data.js';
import type { JobPlan } from './job-plan.js';
import { jobsOf, stopOf } from './job-state.js';
import type { JobResult, JobStatus, WorkflowState } from './state.js';

/** What the status functions answer at one place of a run. `jobs` narrows the question to jobs by their ids. */
export interface Status {
  success(jobs?: readonly string[]): boolean;
  failure(jobs?: readonly string[]): boolean;
  cancelled(): boolean;
}

const onStatus = (only: JobStatus): Status => ({
  success: () => only === 'success',
  failure: () => only === 'failure',
  cancelled: () => only === 'cancelled',
});

const STEP_STATUS: Readonly<Record<JobStatus, Status>> = {
  success: onStatus('success'),
  failure: onStatus('failure'),
  cancelled: onStatus('cancelled'),
};

/** Among steps: how those before have gone so far. */
export function stepStatus(status: JobStatus): Status {
  return STEP_STATUS[status];
}

/** Outside of jobs nothing has gone wrong. */
export const NO_STATUS: Status = STEP_STATUS.success;

/**
 * Before a job: how the jobs that it waits for have ended, directly or by way of others. So a job is skipped when one
 * far up failed or was skipped, even where one between ran all the same.
 */
export function jobStatus(state: WorkflowState, job: JobPlan): Status {
  const cancelled = stopOf(state, job.frame) !== undefined;
  const states = jobsOf(state, job.frame);
  const results = (jobs: readonly string[]): readonly (JobResult | undefined)[] => {
    const indexes = jobs.length === 0 ? job.ancestors : jobs.map((id) => ancestorOf(job, id));
    return indexes.map((index) => {
      const ended = states[index];
      return ended?.phase === 'ended' ? ended.result : undefined;
    });
  };
  return {
    success: (jobs = []) => !cancelled && results(jobs).every((result) => result === 'success'),
    failure: (jobs = []) => !cancelled && results(jobs).some((result) => result === 'failure'),
    cancelled: () => cancelled,
  };
}

function ancestorOf(job: JobPlan, id: string): number {
  const index = job.frame.jobIndex.get(id);
  if (index !== undefined && job.ancestors.includes(index)) return index;
  throw new Error(`"${job.id}" does not wait for a job "${id}"`);
}

/** The functions as the expression engine calls them. */
export function statusFunctions(status: Status): ReadonlyMap<string, FunctionDefinition> {
  const answer = (name: string, call: (jobs: readonly string[]) => boolean): [string, FunctionDefinition] => [
    name,
    {
      name,
      minArgs: 0,
      maxArgs: Number.MAX_SAFE_INTEGER,
      call: (...jobs: ExpressionData[]) => new data.BooleanData(call(jobs.map((job) => job.coerceString()))),
    },
  ];
  return new Map([
    answer('success', (jobs) => status.success(jobs)),
    answer('failure', (jobs) => status.failure(jobs)),
    answer('cancelled', () => status.cancelled()),
    answer('always', () => true),
  ]);
}
