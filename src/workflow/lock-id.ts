import { type CallId, callId } from 'tau-core';
import type { JobPlan, WorkflowPlan } from './job-plan.js';
import { jobAt } from './places.js';

/** The lock of the run: the concurrency group of its workflow. */
export const RUN_LOCK: CallId = callId('lock');

/** The lock of a job's own concurrency group. Calls have a dot in their ids, and job paths no colon. */
export function jobLock(job: JobPlan): CallId {
  return callId(`${job.path}:lock`);
}

/** The lock of the concurrency group of the workflow that a job calls. */
export function calledLock(caller: JobPlan): CallId {
  return callId(`${caller.path}/lock`);
}

/** Whose lock it is; undefined when it is none of this plan's. */
export type LockOwner =
  | { readonly of: 'run' }
  | { readonly of: 'called'; readonly job: JobPlan }
  | { readonly of: 'job'; readonly job: JobPlan };

export function lockOwner(plan: WorkflowPlan, lock: string): LockOwner | undefined {
  if (lock === RUN_LOCK) return { of: 'run' };
  const [, path = '', separator] = /^(.+)([:/])lock$/.exec(lock) ?? [];
  const job = jobAt(plan, path);
  if (job === undefined) return undefined;
  return separator === ':' ? { of: 'job', job } : { of: 'called', job };
}

/** What a lock is kept under in its session: groups are shared by all workflows, and take names in any case. */
export function lockKey(group: string): string {
  return `workflow:${group.toLowerCase()}`;
}
