import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { Json, JsonObject } from 'tau-core';
import { type ExpressionData, NULL, toData } from '../expression/expression-data.js';
import { githubContext } from './github-context.js';
import type { HashBook } from './hash-book.js';
import type { FramePlan, JobPlan, StepsPlan, WorkflowPlan } from './job-plan.js';
import { callingJob, jobsOf, matrixJob } from './job-state.js';
import { type Level, statusAt } from './level.js';
import { SecretNames } from './secret-names.js';
import type { EnvValues, SecretParts } from './secret-parts.js';
import type { SecretScope } from './secret-places.js';
import type { EndedStep, RunningJob, WorkflowState } from './state.js';
import { jobStatus, NO_STATUS, type Status, statusFunctions, stepStatus } from './status.js';

/** Where in a run an expression stands. */
export interface ScopePlace {
  readonly plan: WorkflowPlan;
  readonly state: WorkflowState;
  /** The workflow's jobs, for what is said of all of them; absent where `job` tells it. */
  readonly frame?: FramePlan;
  readonly job?: JobPlan;
  /** Present in the job's steps and outputs; absent in what decides whether and how it starts. */
  readonly running?: RunningJob;
  /** The steps that an expression in one of them stands in; present with `running`. */
  readonly level?: Level;
  readonly env?: EnvValues;
  /** Present where files can be hashed. */
  readonly hashes?: HashBook;
}

/** What an expression can see at one place of a run. Contexts are made when they are asked for, and once. */
export class Scope extends data.Dictionary implements SecretScope {
  readonly #place: ScopePlace;
  #needs: ExpressionData | undefined;
  #steps: ExpressionData | undefined;

  constructor(place: ScopePlace) {
    super();
    this.#place = place;
  }

  get contexts(): data.Dictionary {
    return this;
  }

  get env(): EnvValues {
    return this.#place.env ?? NO_ENV;
  }

  get status(): Status {
    const { state, job, running, level } = this.#place;
    if (job === undefined) return NO_STATUS;
    if (running === undefined) return jobStatus(state, job);
    return stepStatus(level === undefined ? running.status : statusAt(level, running));
  }

  statusFunctions(): ReadonlyMap<string, FunctionDefinition> {
    const functions = statusFunctions(this.status);
    const { hashes } = this.#place;
    return hashes === undefined ? functions : new Map([...functions, ['hashfiles', hashes.definition]]);
  }

  secretParts(context: string, name: string): SecretParts | undefined {
    const { env, level } = this.#place;
    switch (context) {
      case 'secrets':
        return secretsOf(this.#place)?.parts(name);
      case 'env':
        return env?.secrets === undefined ? undefined : named(env.secrets, name);
      case 'inputs': {
        const secrets = level?.inner?.action.inputSecrets;
        return secrets === undefined ? undefined : named(secrets, name);
      }
      default:
        return undefined;
    }
  }

  override get(name: string): ExpressionData {
    const { plan, state, job, running, level, env } = this.#place;
    switch (name.toLowerCase()) {
      case 'github':
        return githubOf(plan, state);
      case 'inputs':
        return toData(level?.inner?.action.inputs ?? inputsOf(state, frameOf(this.#place)));
      case 'env':
        return toData(env?.env ?? NO_ENV.env);
      case 'vars':
        return state.begin.vars === undefined ? NO_VARIABLES : toData(state.begin.vars);
      case 'needs':
        if (job === undefined) return NULL;
        this.#needs ??= toData(needsContext(state, job));
        return this.#needs;
      case 'steps':
        if (running === undefined) return NULL;
        this.#steps ??=
          level === undefined ? new StepsView(job, running.steps) : new StepsView(level.plan, level.at.steps);
        return this.#steps;
      case 'job':
        return running === undefined ? NULL : toData({ status: running.status });
      case 'matrix':
        return toData(combinationIn(state, job));
      case 'strategy':
        return job === undefined ? NULL : toData(strategyContext(state, job));
      case 'secrets':
        return secretsOf(this.#place) ?? NULL;
      case 'jobs':
        return toData(jobsContext(state, frameOf(this.#place)));
      default:
        return NULL;
    }
  }
}

const NO_VARIABLES = toData({});
const NO_ENV: EnvValues = { env: {} };

function frameOf({ plan, frame, job }: ScopePlace): FramePlan {
  return frame ?? job?.frame ?? plan;
}

/** The secrets of a workflow; a composite action has none of its own. */
function secretsOf(place: ScopePlace): SecretNames | undefined {
  return place.level?.inner === undefined ? new SecretNames(frameOf(place)) : undefined;
}

/** A member by its name, in any case. */
function named<T>(members: { readonly [name: string]: T }, name: string): T | undefined {
  if (Object.hasOwn(members, name)) return members[name];
  const lower = name.toLowerCase();
  return Object.entries(members).find(([other]) => other.toLowerCase() === lower)?.[1];
}

/** The `github` context of a run, made once for each. */
function githubOf(plan: WorkflowPlan, state: WorkflowState): ExpressionData {
  const known = plan.githubContexts.get(state.begin);
  if (known !== undefined) return known;
  const made = toData(githubContext(state.begin, plan.definition.name));
  plan.githubContexts.set(state.begin, made);
  return made;
}

function inputsOf(state: WorkflowState, frame: FramePlan): JsonObject {
  if (frame.caller === undefined) return state.begin.input;
  return callingJob(state, frame.caller)?.inputs ?? {};
}

/** The combination of a job of a matrix. */
function combinationIn(state: WorkflowState, job: JobPlan | undefined): Json {
  return (job?.group && matrixJob(state, job.group)?.combinations[job.place]) ?? null;
}

function strategyContext(state: WorkflowState, job: JobPlan): JsonObject {
  const matrix = job.group && matrixJob(state, job.group);
  if (matrix === undefined) return { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 };
  const total = matrix.combinations.length;
  return {
    'fail-fast': matrix.failFast,
    'job-index': job.place,
    'job-total': total,
    'max-parallel': matrix.maxParallel ?? total,
  };
}

function needsContext(state: WorkflowState, job: JobPlan): JsonObject {
  return resultsOf(state, job.frame, job.needs);
}

function jobsContext(state: WorkflowState, frame: FramePlan): JsonObject {
  return resultsOf(
    state,
    frame,
    frame.jobs.map(({ index }) => index),
  );
}

/** Results and outputs of those jobs that have ended, by their ids. */
function resultsOf(state: WorkflowState, frame: FramePlan, indexes: readonly number[]): JsonObject {
  const states = jobsOf(state, frame);
  const results: { [job: string]: Json } = {};
  for (const index of indexes) {
    const job = states[index];
    const id = frame.jobs[index]?.id;
    if (id !== undefined && job?.phase === 'ended') results[id] = { result: job.result, outputs: job.outputs ?? {} };
  }
  return results;
}

/** The `steps` context: the steps with an id that have ended. A job may have many, and an expression names one or two. */
class StepsView extends data.Dictionary {
  readonly #plan: StepsPlan | undefined;
  readonly #ended: readonly EndedStep[];
  readonly #views = new Map<number, ExpressionData>();

  constructor(plan: StepsPlan | undefined, ended: readonly EndedStep[]) {
    super();
    this.#plan = plan;
    this.#ended = ended;
  }

  override get(id: string): ExpressionData | undefined {
    const index = this.#plan?.stepIndex.get(id.toLowerCase());
    return index === undefined || index >= this.#ended.length ? undefined : this.#view(index);
  }

  override values(): ExpressionData[] {
    return this.pairs().map(({ value }) => value);
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return this.#ended.flatMap((_, index) => {
      const step = this.#plan?.steps[index];
      return step?.hasId ? [{ key: step.key, value: this.#view(index) }] : [];
    });
  }

  #view(index: number): ExpressionData {
    const known = this.#views.get(index);
    if (known !== undefined) return known;
    const ended = this.#ended[index];
    if (ended === undefined) return NULL;
    const { outcome, conclusion, outputs } = ended;
    const view = toData({ outcome, conclusion, outputs: outputs ?? {} });
    this.#views.set(index, view);
    return view;
  }
}
