import { type CallId, callId } from 'tau-core';
import type { JobPlan, StepPlan, StepsPlan } from './job-plan.js';
import type { EnvValues } from './secret-parts.js';
import { overlay } from './secret-places.js';
import type { JobStatus, RunningAction, RunningJob, RunningSteps } from './state.js';

/** The steps that a job is at: its own, or those of the composite action that is its current step, however deep. */
export interface Level {
  readonly plan: StepsPlan;
  readonly at: RunningSteps;
  /** What stands before the keys of its steps in events and calls: empty for the job's own. */
  readonly prefix: string;
  /** Present within an action. */
  readonly inner?: { readonly action: RunningAction; readonly step: StepPlan; readonly outer: Level };
}

/** The innermost level of a job. */
export function levelOf(job: JobPlan, running: RunningJob): Level {
  let level: Level = { plan: job, at: running, prefix: '' };
  for (let action = running.action; action !== undefined; action = action.action) {
    const step = currentStep(level);
    if (step?.action === undefined) break;
    level = {
      plan: step.action,
      at: action,
      prefix: `${level.prefix}${step.key}/`,
      inner: { action, step, outer: level },
    };
  }
  return level;
}

/** The step that is next, or on its way; undefined when all have ended. */
export function currentStep(level: Level): StepPlan | undefined {
  return level.plan.steps[level.at.steps.length];
}

/** What events call a step. */
export function stepName(level: Level, step: StepPlan): string {
  return level.prefix === '' ? step.key : `${level.prefix}${step.key}`;
}

/** The call that a step makes. */
export function callOf(job: JobPlan, level: Level, step: StepPlan): CallId {
  const isPlain = level.inner === undefined && job.group === undefined && job.frame.caller === undefined;
  return isPlain ? step.callId : callId(`${job.path}.${stepName(level, step)}`);
}

/** The call that is in flight for the current step: its own, or the one that hashes files for it. */
export function callInFlight(job: JobPlan, level: Level): CallId | undefined {
  const step = level.at.calling === true ? currentStep(level) : undefined;
  if (step === undefined) return undefined;
  const { hashes } = level.at;
  const call = callOf(job, level, step);
  return hashes?.patterns === undefined ? call : hashCallOf(call, hashes.asked);
}

/** The `n`th call that hashes files for a step, from 1. */
export function hashCallOf(call: CallId, n: number): CallId {
  return callId(`${call}.hash${n}`);
}

/** What the status functions of a level's steps go by: cancelling is for the whole job, failing for each level. */
export function statusAt(level: Level, running: RunningJob): JobStatus {
  return running.status === 'cancelled' ? 'cancelled' : level.at.status;
}

const NO_ENV: EnvValues = { env: {} };

/** The environment of a level's steps, before their own. */
export function envAt(level: Level, running: RunningJob): EnvValues {
  if (level.inner !== undefined) {
    const { action, outer } = level.inner;
    return action.env === undefined
      ? envAt(outer, running)
      : overlay(envAt(outer, running), valuesOf(action, action.env));
  }
  return running.env === undefined ? NO_ENV : valuesOf(running, running.env);
}

function valuesOf({ envSecrets }: Pick<RunningJob, 'envSecrets'>, env: EnvValues['env']): EnvValues {
  return envSecrets === undefined ? { env } : { env, secrets: envSecrets };
}
