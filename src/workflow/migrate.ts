import type { Migrated } from 'tau-core';
import type { FramePlan, JobPlan, StepsPlan, WorkflowPlan } from './job-plan.js';
import { calledBy, combinationOf, isGroup } from './places.js';
import type { JobState, RunningSteps, WorkflowState } from './state.js';

/**
 * A run under another version of its workflow. What has run must be there and be the same: jobs by their ids, the steps of
 * running jobs by their ids or places and what they use. What has not started may be anything.
 */
export function migrate(from: WorkflowPlan, to: WorkflowPlan, state: WorkflowState): Migrated<WorkflowState> {
  const reasons: string[] = [];
  const jobs = moved(from, to, state.jobs, reasons);
  if (state.queue !== undefined && to.concurrency === undefined) {
    reasons.push('the run is in a concurrency group, and the workflow has none any more');
  }
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, state: { ...state, jobs, migrated: true } };
}

/** Jobs in the order of the other definition. */
function moved(from: FramePlan, to: FramePlan, jobs: readonly JobState[], reasons: string[]): readonly JobState[] {
  for (const [index, job] of jobs.entries()) {
    const plan = from.jobs[index];
    if (job !== null && plan !== undefined && !to.jobIndex.has(plan.id)) {
      reasons.push(`job ${plan.path} has started, and the workflow has no such job any more`);
    }
  }
  return to.jobs.map((plan) => {
    const index = from.jobIndex.get(plan.id);
    const old = index === undefined ? undefined : from.jobs[index];
    const job = index === undefined ? null : (jobs[index] ?? null);
    return old === undefined || job === null ? null : movedJob(old, plan, job, reasons);
  });
}

function movedJob(from: JobPlan, to: JobPlan, job: Exclude<JobState, null>, reasons: string[]): JobState {
  if (job.phase === 'ended') return job;
  if (isGroup(from) !== isGroup(to) || (from.call === undefined) !== (to.call === undefined)) {
    reasons.push(`job ${from.path} is running, and is of another kind now: a matrix, a called workflow or steps`);
    return job;
  }
  switch (job.phase) {
    case 'queued':
      if (to.concurrency === undefined)
        reasons.push(`job ${from.path} waits for a concurrency group, and has none any more`);
      return job;
    case 'running':
      compareSteps(from, to, job, from.path, reasons);
      return job;
    case 'matrix': {
      const jobs = job.jobs.map((one, place) =>
        one === null ? null : movedJob(combinationOf(from, place), combinationOf(to, place), one, reasons),
      );
      return { ...job, jobs };
    }
    case 'calling': {
      const [old, called] = [calledBy(from), calledBy(to)];
      if (old === undefined || called === undefined) {
        reasons.push(`job ${from.path} calls a workflow that is not there any more`);
        return job;
      }
      return { ...job, jobs: moved(old, called, job.jobs, reasons) };
    }
  }
}

/** Steps that have ended, and the current one, must be what they were. */
function compareSteps(from: StepsPlan, to: StepsPlan, at: RunningSteps, path: string, reasons: string[]): void {
  const begun = at.steps.length + (at.calling === undefined && at.action === undefined ? 0 : 1);
  for (let index = 0; index < begun; index += 1) {
    const [old, step] = [from.steps[index], to.steps[index]];
    if (old === undefined) continue;
    const isSame =
      step !== undefined && step.key === old.key && step.hasId === old.hasId && step.capability === old.capability;
    if (!isSame) reasons.push(`step ${old.label} of job ${path} has run, and is another one now`);
    else if ((old.action === undefined) !== (step.action === undefined)) {
      reasons.push(`step ${old.label} of job ${path} has run, and uses an action of another kind now`);
    } else if (
      index === at.steps.length &&
      at.action !== undefined &&
      old.action !== undefined &&
      step.action !== undefined
    ) {
      compareSteps(old.action, step.action, at.action, `${path}, step ${old.label}`, reasons);
    }
  }
}
