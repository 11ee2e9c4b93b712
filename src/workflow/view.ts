import type { Json, JsonObject } from 'tau-core';
import type { JobPlan, StepsPlan, WorkflowPlan } from './job-plan.js';
import { calledBy, combinationOf } from './places.js';
import type { JobState, Queue, RunningSteps, WorkflowState } from './state.js';

/**
 * What a person who looks at a run sees: `{ name?, waitsFor?, stops?, jobs }`. A job by its id has its `status` (one of
 * waiting, queued, running, success, failure, cancelled, skipped) and, as far as there are any, its `steps`, `outputs`,
 * `summary` and the `jobs` that it stands for.
 */
export function view(plan: WorkflowPlan, state: WorkflowState): JsonObject {
  return {
    ...(state.name === undefined ? {} : { name: state.name }),
    ...waiting(state.queue),
    ...(state.cancel === undefined ? {} : { stops: state.cancel.reason }),
    jobs: byPath(plan.jobs.map((job, index) => [job, state.jobs[index] ?? null])),
  };
}

function waiting(queue: Queue | undefined): JsonObject {
  return queue === undefined || queue.held ? {} : { waitsFor: queue.group };
}

function byPath(jobs: readonly (readonly [JobPlan, JobState])[]): JsonObject {
  return Object.fromEntries(jobs.map(([plan, job]) => [plan.path, viewOf(plan, job)]));
}

function viewOf(plan: JobPlan, job: JobState): JsonObject {
  if (job === null) return { status: 'waiting' };
  const summary = 'summary' in job && job.summary !== undefined ? { summary: job.summary } : {};
  switch (job.phase) {
    case 'queued':
      return { status: 'queued', waitsFor: job.lock };
    case 'running':
      return { status: 'running', ...stopping(job.stopBy), steps: stepsOf(plan, job), ...summary };
    case 'matrix':
      return {
        status: 'running',
        jobs: byPath(job.jobs.map((one, place) => [combinationOf(plan, place), one])),
        ...summary,
      };
    case 'calling': {
      const called = calledBy(plan)?.jobs ?? [];
      const jobs = byPath(called.map((one) => [one, job.jobs[one.place] ?? null]));
      return { status: 'running', ...stopping(job.cancel?.stopBy), ...waiting(job.queue), jobs, ...summary };
    }
    case 'ended':
      return { status: job.result, ...(job.outputs === undefined ? {} : { outputs: job.outputs }), ...summary };
  }
}

function stopping(stopBy: number | undefined): JsonObject {
  return stopBy === undefined ? {} : { stops: true };
}

/** The steps that have ended and the current one, by their ids or places. */
function stepsOf(plan: StepsPlan, at: RunningSteps): readonly Json[] {
  const ended = at.steps.map((step, index): Json => {
    const outputs = step.outputs === undefined ? {} : { outputs: step.outputs };
    return {
      step: plan.steps[index]?.key ?? String(index),
      status: step.outcome,
      conclusion: step.conclusion,
      ...outputs,
    };
  });
  const current = plan.steps[at.steps.length];
  if (current === undefined || (at.calling === undefined && at.action === undefined)) return ended;
  const inner =
    at.action === undefined || current.action === undefined ? {} : { steps: stepsOf(current.action, at.action) };
  return [...ended, { step: current.key, status: 'running', ...inner }];
}
