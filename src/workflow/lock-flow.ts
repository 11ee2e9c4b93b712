import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import { cancelJob, failJob, lockLost } from './job-end.js';
import type { ConcurrencyPlan, FramePlan, JobPlan } from './job-plan.js';
import { callingJob, stateOf } from './job-state.js';
import { calledLock, jobLock, lockKey, RUN_LOCK } from './lock-id.js';
import { Scope } from './scope.js';

/** Queues a job for its concurrency group. */
export function queueJob(draft: Draft, job: JobPlan, concurrency: ConcurrencyPlan, scope: Scope): void {
  const claim = claimOf(concurrency, scope);
  if (!claim.ok) return failJob(draft, job, claim.error);
  const { group, preempt } = claim.value;
  if (groupsAround(draft, job).includes(lockKey(group))) return cancelJob(draft, job, deadlock(group));
  draft.happen({ type: 'JobQueued', job: job.path, group });
  draft.ask({ type: 'acquire', lockId: jobLock(job), key: lockKey(group), waiting: concurrency.waiting, ...preempt });
}

/** Queues a workflow for its concurrency group: the run's or, with `caller`, the one that a job calls. */
export function queueWorkflow(draft: Draft, frame: FramePlan, concurrency: ConcurrencyPlan): void {
  const { plan, state } = draft;
  const { caller } = frame;
  const claim = claimOf(concurrency, new Scope({ plan, state, frame }));
  if (!claim.ok) {
    if (caller !== undefined) return failJob(draft, caller, claim.error);
    return draft.happen({ type: 'RunRefused', error: claim.error });
  }
  const { group, preempt } = claim.value;
  const key = lockKey(group);
  if (caller !== undefined && [...ownGroup(draft, caller), ...groupsAround(draft, caller)].includes(key)) {
    return cancelJob(draft, caller, deadlock(group));
  }
  draft.happen({ type: 'WorkflowQueued', ...(caller === undefined ? {} : { job: caller.path }), group });
  const lockId = caller === undefined ? RUN_LOCK : calledLock(caller);
  draft.ask({ type: 'acquire', lockId, key, waiting: concurrency.waiting, ...preempt });
}

function claimOf({ group, cancelInProgress }: ConcurrencyPlan, scope: Scope) {
  return attempt(() => ({
    group: group(scope),
    preempt: cancelInProgress?.(scope) === true ? ({ preempt: true } as const) : {},
  }));
}

function deadlock(group: string) {
  return lockLost(group, 'what calls it holds the group itself, and would wait for it for ever: name another group');
}

/** Keys that are held by what a job runs in: it would wait for itself. */
function groupsAround(draft: Draft, job: JobPlan): readonly string[] {
  const { caller } = job.frame;
  if (caller === undefined) return draft.state.queue === undefined ? [] : [lockKey(draft.state.queue.group)];
  const queue = callingJob(draft.state, caller)?.queue;
  const called = queue === undefined ? [] : [lockKey(queue.group)];
  return [...called, ...ownGroup(draft, caller), ...groupsAround(draft, caller)];
}

function ownGroup(draft: Draft, job: JobPlan): readonly string[] {
  const state = stateOf(draft.state, job);
  return state !== null && 'lock' in state && state.lock !== undefined ? [lockKey(state.lock)] : [];
}
