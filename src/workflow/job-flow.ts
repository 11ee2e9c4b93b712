import { later } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { completeAction } from './action-flow.js';
import { callWorkflow, completeCall } from './call-flow.js';
import { holds } from './condition.js';
import type { Draft } from './draft.js';
import type { JobEvent } from './event.js';
import { endJob, failJob, skipJob, toleratedResult } from './job-end.js';
import { nameOf } from './job-name.js';
import type { JobPlan } from './job-plan.js';
import { callingJob, isAdmitted, jobsOf, matrixJob, stopOf } from './job-state.js';
import { currentStep, levelOf } from './level.js';
import { queueJob } from './lock-flow.js';
import { combinationEnded, expandJob, hasRoom } from './matrix-flow.js';
import { Scope } from './scope.js';
import type { EnvValues } from './secret-parts.js';
import { evaluateEnv } from './secret-places.js';
import type { JobResult, RunningJob } from './state.js';
import { startStep } from './step-flow.js';
import { isPast } from './time-limits.js';
import type { Writable } from './writable.js';

/** Does all that follows by itself: steps after those that have ended, ends of what jobs stand for, jobs that are due. */
export function goOn(draft: Draft): void {
  for (;;) {
    const resumable = draft.nextResumable();
    const ended = resumable === undefined ? draft.nextEnded() : undefined;
    const candidate = resumable === undefined && ended === undefined ? draft.nextCandidate() : undefined;
    if (resumable !== undefined) runSteps(draft, resumable);
    else if (ended !== undefined) tellHolder(draft, ended);
    else if (candidate !== undefined) startIfDue(draft, candidate);
    else return;
  }
}

/** Tells the job that a job belongs to that it has ended. */
function tellHolder(draft: Draft, job: JobPlan): void {
  if (job.group !== undefined) combinationEnded(draft, job, job.group);
  else if (job.frame.caller !== undefined) completeCall(draft, job.frame.caller, job.frame);
}

/** Starts or skips a job if nothing that it waits for is open any more. */
function startIfDue(draft: Draft, job: JobPlan): void {
  const { state } = draft;
  if (draft.stateOf(job) !== null || !isAdmitted(state, job.frame)) return;
  if (job.group !== undefined) {
    const matrix = matrixJob(state, job.group);
    if (matrix !== undefined && hasRoom(matrix)) startJob(draft, job);
    return;
  }
  if (job.frame.caller !== undefined && callingJob(state, job.frame.caller) === undefined) return;
  const jobs = jobsOf(state, job.frame);
  if (job.needs.every((need) => jobs[need]?.phase === 'ended')) startJob(draft, job);
}

function startJob(draft: Draft, job: JobPlan): void {
  const { plan, state } = draft;
  if (isPast(stopOf(state, job.frame)?.stopBy, draft.now)) return skipJob(draft, job);
  const scope = new Scope({ plan, state, job });
  const wanted = attempt(() => holds(job.condition, scope));
  if (!wanted.ok) return failJob(draft, job, wanted.error);
  if (!wanted.value) return skipJob(draft, job);
  if (job.strategy !== undefined && job.group === undefined) return expandJob(draft, job, job.strategy, scope);
  if (job.concurrency !== undefined) return queueJob(draft, job, job.concurrency, scope);
  admitJob(draft, job, scope);
}

/** Starts a job that waits for nothing any more. */
export function admitJob(draft: Draft, job: JobPlan, scope: Scope): void {
  if (job.call !== undefined) return callWorkflow(draft, job, job.call, scope);
  const start = attempt(() => startOf(draft, job, scope));
  if (!start.ok) return failJob(draft, job, start.error);
  draft.happen(start.value);
  runSteps(draft, job);
}

/** What a job's start fixes: its name, its environment, and its deadline. */
function startOf(draft: Draft, job: JobPlan, scope: Scope): JobEvent {
  const { env, secrets } = envOf(job, scope);
  const name = nameOf(draft.state, job, scope);
  const timeoutMs = job.timeoutMs?.(scope);
  const started: Writable<Extract<JobEvent, { type: 'JobStarted' }>> = { type: 'JobStarted', job: job.path };
  if (name !== undefined) started.name = name;
  if (env !== undefined) started.env = env;
  if (secrets !== undefined) started.envSecrets = secrets;
  if (timeoutMs !== undefined) started.deadline = later(draft.now, timeoutMs);
  return started;
}

/** The environment of a workflow and a job; undefined when neither has any. */
function envOf(job: JobPlan, scope: Scope): Partial<EnvValues> {
  const outer = job.frame.env;
  if (outer === undefined && job.env === undefined) return {};
  return evaluateEnv(job.env, evaluateEnv(outer, { env: {} }, scope), scope);
}

/** Goes on with a job's steps until one calls, or none is left and the job ends. */
function runSteps(draft: Draft, job: JobPlan): void {
  for (let running = draft.running(job); running !== undefined; running = draft.running(job)) {
    const level = levelOf(job, running);
    const step = currentStep(level);
    if (step !== undefined) {
      if (startStep({ draft, job, running, level, step }) === 'calling') return;
    } else if (level.inner === undefined) {
      return completeJob(draft, job, running);
    } else {
      completeAction({ draft, job, running, level: level.inner.outer, step: level.inner.step }, level);
    }
  }
}

function completeJob(draft: Draft, job: JobPlan, running: RunningJob): void {
  const { plan, state } = draft;
  const { env, envSecrets } = running;
  const values: EnvValues | undefined = env && (envSecrets === undefined ? { env } : { env, secrets: envSecrets });
  const scope = new Scope({ plan, state, job, running, ...(values === undefined ? {} : { env: values }) });
  const outputs = attempt(() => job.outputs?.(scope));
  const status: JobResult = outputs.ok || running.status !== 'success' ? running.status : 'failure';
  endJob(draft, job, {
    type: 'JobCompleted',
    job: job.path,
    result: status === 'failure' ? toleratedResult(job, new Scope({ plan, state, job })) : status,
    ...(outputs.ok && outputs.value !== undefined ? { outputs: outputs.value } : {}),
    ...(outputs.ok ? {} : { error: outputs.error }),
  });
}
