import type { Draft } from './draft.js';
import type { HashBook } from './hash-book.js';
import type { JobPlan, StepPlan } from './job-plan.js';
import { currentStep, envAt, type Level, levelOf } from './level.js';
import { Scope, type ScopePlace } from './scope.js';
import { evaluateEnv } from './secret-places.js';
import type { RunningJob } from './state.js';

/** The current step of a job, in a decision. */
export interface StepPlace {
  readonly draft: Draft;
  readonly job: JobPlan;
  readonly running: RunningJob;
  readonly level: Level;
  readonly step: StepPlan;
}

/** The current step of a running job; undefined when all have ended. */
export function placeOf(draft: Draft, job: JobPlan, running: RunningJob): StepPlace | undefined {
  const level = levelOf(job, running);
  const step = currentStep(level);
  return step === undefined ? undefined : { draft, job, running, level, step };
}

/** The scope of a step's own keys: its `env` sees what is around it, all else sees its own too. */
export function scopeOf({ draft, job, running, level, step }: StepPlace, hashes?: HashBook): Scope {
  const { plan, state } = draft;
  const env = envAt(level, running);
  const around = { plan, state, job, running, level, env };
  const place: ScopePlace = hashes === undefined ? around : { ...around, hashes };
  const outer = new Scope(place);
  return step.env === undefined ? outer : new Scope({ ...place, env: evaluateEnv(step.env, env, outer) });
}
