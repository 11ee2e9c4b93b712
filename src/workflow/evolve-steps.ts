import type { ErrorData } from 'tau-core';
import type { ActionStarted, StepCompleted, StepEvent } from './event.js';
import { hashKey } from './hash-book.js';
import type { ActionPlan, JobPlan } from './job-plan.js';
import { currentStep, type Level } from './level.js';
import { locatedError, locatedInAction } from './located-error.js';
import type { EndedStep, JobStatus, RunningAction, RunningJob, RunningSteps } from './state.js';
import { joinSummaries } from './summary.js';
import type { Writable } from './writable.js';

/** A running job after an event of one of its steps; undefined when the event does not fit. */
export function evolveSteps(plan: JobPlan, job: RunningJob, event: StepEvent): RunningJob | undefined {
  const depth = event.step.includes('/') ? event.step.split('/').length - 1 : 0;
  if (depth === 0) {
    const changed = evolveLevel(job, event, plan);
    return event.type === 'StepCompleted' ? withEffects(changed, event) : changed;
  }
  const action = evolveAction({ plan, at: job, prefix: '' }, depth, event);
  if (action === undefined) return undefined;
  const changed = { ...job, action };
  return event.type === 'StepCompleted' ? withEffects(changed, event) : changed;
}

/** The action that a level is at, after an event `depth` levels below. */
function evolveAction(level: Level, depth: number, event: StepEvent): RunningAction | undefined {
  const { action } = level.at;
  const plan = currentStep(level)?.action;
  if (action === undefined || plan === undefined) return undefined;
  if (depth === 1) return evolveLevel(action, event, plan);
  const inner = evolveAction({ plan, at: action, prefix: '' }, depth - 1, event);
  return inner === undefined ? undefined : { ...action, action: inner };
}

/** Steps after an event of the current one. */
function evolveLevel<T extends RunningSteps>(at: T, event: StepEvent, plan: JobPlan | ActionPlan): T {
  switch (event.type) {
    case 'StepStarted':
      return { ...at, calling: true };
    case 'ActionStarted':
      return { ...withoutStep(at), action: startedAction(event) };
    case 'HashAsked': {
      const { n, patterns } = event;
      return { ...at, calling: true, hashes: { asked: n, patterns, known: at.hashes?.known ?? {} } };
    }
    case 'HashTaken': {
      const { calling: _, hashes, ...rest } = at;
      if (hashes?.patterns === undefined) return at;
      const known = { ...hashes.known, [hashKey(hashes.patterns)]: event.hash };
      return { ...rest, hashes: { asked: hashes.asked, known } } as unknown as T;
    }
    case 'StepSkipped':
      return withStep(at, { outcome: 'skipped', conclusion: 'skipped' }, at.status);
    case 'StepCompleted': {
      const { outcome, conclusion, outputs, error } = event;
      const step: EndedStep = outputs === undefined ? { outcome, conclusion } : { outcome, conclusion, outputs };
      const status: JobStatus = at.status === 'success' && conclusion !== 'skipped' ? conclusion : at.status;
      if (conclusion !== 'failure') return withStep(at, step, isJob(at) ? at.status : status);
      const failed = withStep(at, step, status);
      return error === undefined || failed.error !== undefined
        ? failed
        : { ...failed, error: located(error, event.step, at, plan) };
    }
  }
}

/** An error with the place where it happened, as far as the level of the step knows it. */
function located(error: ErrorData, name: string, at: RunningSteps, plan: JobPlan | ActionPlan): ErrorData {
  const step = plan.steps[at.steps.length];
  if ('path' in plan) return locatedError(error, plan, step);
  return step === undefined ? error : locatedInAction(error, name, step);
}

/** A job is told of its own when it is cancelled; an action is, once a step of it was. */
function isJob(at: RunningSteps): at is RunningJob {
  return 'phase' in at;
}

function startedAction(event: ActionStarted): RunningAction {
  const { inputs, inputSecrets, env, envSecrets, deadline } = event;
  const action: Writable<RunningAction> = { status: 'success', steps: [], inputs };
  if (inputSecrets !== undefined) action.inputSecrets = inputSecrets;
  if (env !== undefined) action.env = env;
  if (envSecrets !== undefined) action.envSecrets = envSecrets;
  if (deadline !== undefined) action.deadline = deadline;
  return action;
}

function withStep<T extends RunningSteps>(at: T, step: EndedStep, status: JobStatus): T {
  const changed = withoutStep(at);
  changed.status = status;
  changed.steps = [...at.steps, step];
  return changed;
}

/** A copy without what is kept of the current step. */
function withoutStep<T extends RunningSteps>(at: T): Writable<T> {
  if (at.action === undefined && at.hashes === undefined && isJob(at)) return copyOf(at) as unknown as Writable<T>;
  const { calling: _calling, action: _action, hashes: _hashes, ...rest } = at;
  return rest as unknown as Writable<T>;
}

/** Member by member: this is what runs most often of all, and taking members out of a spread costs several times as much. */
function copyOf(job: RunningJob): RunningJob {
  const copy: Writable<RunningJob> = { phase: 'running', status: job.status, steps: job.steps };
  if (job.env !== undefined) copy.env = job.env;
  if (job.envSecrets !== undefined) copy.envSecrets = job.envSecrets;
  if (job.path !== undefined) copy.path = job.path;
  if (job.summary !== undefined) copy.summary = job.summary;
  if (job.deadline !== undefined) copy.deadline = job.deadline;
  if (job.stopBy !== undefined) copy.stopBy = job.stopBy;
  if (job.lock !== undefined) copy.lock = job.lock;
  if (job.error !== undefined) copy.error = job.error;
  return copy;
}

/** What a step leaves to its job, however deep it is: variables, directories, a summary. */
function withEffects(job: RunningJob, { env, path, summary }: StepCompleted): RunningJob {
  if (env === undefined && path === undefined && summary === undefined) return job;
  const changed: Writable<RunningJob> = { ...job };
  if (env !== undefined) {
    changed.env = { ...job.env, ...env };
    const left = Object.entries(job.envSecrets ?? {}).filter(([name]) => !Object.hasOwn(env, name));
    delete changed.envSecrets;
    if (left.length > 0) changed.envSecrets = Object.fromEntries(left);
  }
  if (path !== undefined) changed.path = [...path, ...(job.path ?? [])];
  if (summary !== undefined) changed.summary = joinSummaries(job.summary, summary);
  return changed;
}
