import type { CallId, ErrorData } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import { cancelJob, lockLost, skipJob } from './job-end.js';
import { admitJob } from './job-flow.js';
import { callingJob } from './job-state.js';
import { locatedError } from './located-error.js';
import { queueWorkflow } from './lock-flow.js';
import { lockOwner } from './lock-id.js';
import { calledBy } from './places.js';
import { Scope } from './scope.js';
import { cancelRun, stopWhole } from './stop-flow.js';

/** Begins a run: it gets its name, and waits for its concurrency group, or its first jobs are due. */
export function beginRun(draft: Draft): void {
  const { plan } = draft;
  const { runName, concurrency } = plan;
  const isNew =
    draft.state.name === undefined && draft.state.queue === undefined && draft.state.jobs.every((job) => job === null);
  if (runName !== undefined && isNew) {
    const name = attempt(() => runName(new Scope({ plan, state: draft.state, frame: plan })));
    if (name.ok && name.value.trim() !== '') draft.happen({ type: 'RunNamed', name: name.value });
  }
  if (concurrency === undefined) return draft.consider(plan, plan.roots);
  if (!isNew) return;
  queueWorkflow(draft, plan, concurrency);
  if (draft.state.queue === undefined) for (const job of plan.jobs) skipJob(draft, job);
}

/** Takes a lock: what has waited for it starts. One that nobody waits for changes nothing. */
export function takeLock(draft: Draft, lock: string): void {
  const { plan, state } = draft;
  const owner = lockOwner(plan, lock);
  if (owner === undefined) return;
  if (owner.of === 'job') {
    if (draft.stateOf(owner.job)?.phase === 'queued')
      admitJob(draft, owner.job, new Scope({ plan, state, job: owner.job }));
    return;
  }
  const job = owner.of === 'called' ? owner.job : undefined;
  const queue = job === undefined ? state.queue : callingJob(state, job)?.queue;
  const frame = job === undefined ? plan : calledBy(job);
  if (queue === undefined || queue.held || frame === undefined || state.cancel !== undefined) return;
  draft.happen({ type: 'WorkflowAdmitted', ...(job === undefined ? {} : { job: job.path }) });
  draft.consider(frame, frame.roots);
}

/** Loses a lock, or the wait for it: what has it stops. */
export function loseLock(draft: Draft, lock: CallId, reason: string): void {
  const { plan, state } = draft;
  const owner = lockOwner(plan, lock);
  if (owner === undefined) return;
  if (owner.of === 'run') {
    if (state.queue !== undefined) cancelRun(draft, lockLost(state.queue.group, reason).message);
    return;
  }
  const { job } = owner;
  const before = draft.stateOf(job);
  const group = owner.of === 'called' ? callingJob(state, job)?.queue?.group : groupOf(before);
  if (group === undefined) return;
  const error: ErrorData = lockLost(group, reason);
  if (before?.phase === 'queued') return cancelJob(draft, job, error, lock);
  stopWhole(draft, job, error.message, locatedError(error, job));
}

function groupOf(job: ReturnType<Draft['stateOf']>): string | undefined {
  return job !== null && 'lock' in job ? job.lock : undefined;
}
