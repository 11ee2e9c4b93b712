import { type Instant, later } from 'tau-core';
import { holds } from './condition.js';
import type { Draft } from './draft.js';
import { attempt } from './expression.js';
import type { Env, JobPlan } from './plan.js';
import { Scope } from './scope.js';
import type { JobResult, RunningJob } from './state.js';
import { startStep } from './step-flow.js';
import { isPast } from './time-limits.js';

/** Starts or skips every candidate whose needs have ended, until none is left. */
export function startJobs(draft: Draft): void {
  for (let job = draft.nextCandidate(); job !== undefined; job = draft.nextCandidate()) {
    const hasStarted = draft.state.jobs[job.index] !== null;
    if (!hasStarted && job.needs.every((need) => draft.state.jobs[need]?.phase === 'ended')) startJob(draft, job);
  }
}

function startJob(draft: Draft, job: JobPlan): void {
  const { plan, state } = draft;
  if (isPast(state.cancel?.stopBy, draft.now)) return skipJob(draft, job);
  const scope = new Scope({ plan, state, job });
  const wanted = attempt(() => holds(job.condition, scope));
  if (wanted.ok && !wanted.value) return skipJob(draft, job);
  const start = wanted.ok ? attempt(() => startOf(draft, job, scope)) : wanted;
  if (!start.ok) {
    draft.happen({
      type: 'JobCompleted',
      job: job.id,
      result: toleratedResult(job, scope, 'failure'),
      error: start.error,
    });
    return draft.consider(job.dependents);
  }
  draft.happen({ type: 'JobStarted', job: job.id, ...start.value });
  runSteps(draft, job);
}

/** What a job's start fixes: its name, its environment, and its deadline. */
function startOf(draft: Draft, job: JobPlan, scope: Scope): { name?: string; env?: Env; deadline?: Instant } {
  const { plan } = draft;
  const env =
    plan.env === undefined && job.env === undefined ? undefined : { ...plan.env?.(scope), ...job.env?.(scope) };
  const name = job.name === undefined ? undefined : attempt(() => job.name?.(scope));
  const timeoutMs = job.timeoutMs?.(scope);
  return {
    ...(name?.ok && name.value !== undefined ? { name: name.value } : {}),
    ...(env === undefined ? {} : { env }),
    ...(timeoutMs === undefined ? {} : { deadline: later(draft.now, timeoutMs) }),
  };
}

function skipJob(draft: Draft, job: JobPlan): void {
  draft.happen({ type: 'JobSkipped', job: job.id });
  draft.consider(job.dependents);
}

/** Goes on with a job's steps until one calls, or none is left and the job ends. */
export function runSteps(draft: Draft, job: JobPlan): void {
  for (let running = draft.running(job); running !== undefined; running = draft.running(job)) {
    const step = job.steps[running.steps.length];
    if (step === undefined) return completeJob(draft, job, running);
    if (startStep(draft, job, step, running) === 'calling') return;
  }
}

function completeJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const { plan, state } = draft;
  const scope = new Scope({ plan, state, job, running, ...(running.env === undefined ? {} : { env: running.env }) });
  const outputs = attempt(() => job.outputs?.(scope));
  const status: JobResult = outputs.ok || running.status !== 'success' ? running.status : 'failure';
  draft.happen({
    type: 'JobCompleted',
    job: job.id,
    result: status === 'failure' ? toleratedResult(job, new Scope({ plan, state, job }), status) : status,
    ...(outputs.ok && outputs.value !== undefined ? { outputs: outputs.value } : {}),
    ...(outputs.ok ? {} : { error: outputs.error }),
  });
  draft.consider(job.dependents);
}

/** A failed job that may `continue-on-error` counts as succeeded, for the jobs that need it and for the run. */
function toleratedResult(job: JobPlan, scope: Scope, result: 'failure'): JobResult {
  const goOn = attempt(() => job.continueOnError?.(scope) ?? false);
  return goOn.ok && goOn.value ? 'success' : result;
}
