import { type CallId, type ErrorData, errorData } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import type { JobEvent } from './event.js';
import type { JobPlan } from './job-plan.js';
import { calledLock, jobLock } from './lock-id.js';
import { Scope } from './scope.js';
import type { JobResult } from './state.js';

type JobEnd = Extract<JobEvent, { type: 'JobSkipped' | 'JobCompleted' }>;

/** Ends a job, whatever it is at: gives back its locks, but for one that it has lost, and lets those know that wait for it. */
export function endJob(draft: Draft, job: JobPlan, event: JobEnd, lost?: CallId): void {
  const before = draft.stateOf(job);
  draft.happen(event);
  if (before?.phase === 'calling' && before.queue !== undefined)
    draft.ask({ type: 'release', lockId: calledLock(job) });
  const lockId = before !== null && 'lock' in before && before.lock !== undefined ? jobLock(job) : undefined;
  if (lockId !== undefined && lockId !== lost) draft.ask({ type: 'release', lockId });
  if (job.group === undefined) draft.consider(job.frame, job.dependents);
  if (job.group !== undefined || job.frame.caller !== undefined) draft.tell(job);
}

export function skipJob(draft: Draft, job: JobPlan): void {
  endJob(draft, job, { type: 'JobSkipped', job: job.path });
}

/** Ends a job by an error of its own. */
export function failJob(draft: Draft, job: JobPlan, error: ErrorData): void {
  const result = toleratedResult(job, new Scope({ plan: draft.plan, state: draft.state, job }));
  endJob(draft, job, { type: 'JobCompleted', job: job.path, result, error });
}

/** Ends a job that has not started, or whose time is over. */
export function cancelJob(draft: Draft, job: JobPlan, error?: ErrorData, lost?: CallId): void {
  const event = { type: 'JobCompleted', job: job.path, result: 'cancelled' } as const;
  endJob(draft, job, error === undefined ? event : { ...event, error }, lost);
}

/** A failed job that may `continue-on-error` counts as succeeded, for the jobs that need it and for the run. */
export function toleratedResult(job: JobPlan, scope: Scope): JobResult {
  const goOn = attempt(() => job.continueOnError?.(scope) ?? false);
  return goOn.ok && goOn.value ? 'success' : 'failure';
}

/** What a job is cancelled with whose concurrency group went to another. */
export function lockLost(group: string, reason: string): ErrorData {
  return errorData('LOCK_LOST', `concurrency group "${group}": ${reason}`);
}
