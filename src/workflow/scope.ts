import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { Json, JsonObject } from 'tau-core';
import type { ExpressionScope } from './expression.js';
import { type ExpressionData, NULL, toData } from './expression-data.js';
import { githubContext } from './github-context.js';
import type { Env, JobPlan, WorkflowPlan } from './plan.js';
import type { EndedStep, RunningJob, WorkflowState } from './state.js';
import { jobStatus, type Status, statusFunctions, stepStatus } from './status.js';

/** Where in a run an expression stands. */
export interface ScopePlace {
  readonly plan: WorkflowPlan;
  readonly state: WorkflowState;
  readonly job: JobPlan;
  /** Present in the job's steps and outputs; absent in what decides whether and how it starts. */
  readonly running?: RunningJob;
  readonly env?: Env;
}

/** What an expression can see at one place of a run. Contexts are made when they are asked for, and once. */
export class Scope extends data.Dictionary implements ExpressionScope {
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

  get status(): Status {
    const { plan, state, job, running } = this.#place;
    return running === undefined ? jobStatus(plan, state, job) : stepStatus(running);
  }

  statusFunctions(): ReadonlyMap<string, FunctionDefinition> {
    return statusFunctions(this.status);
  }

  override get(name: string): ExpressionData {
    const { plan, state, job, running, env } = this.#place;
    switch (name.toLowerCase()) {
      case 'github':
        return githubOf(plan, state);
      case 'inputs':
        return toData(state.begin.input);
      case 'env':
        return toData(env ?? {});
      case 'vars':
        return NO_VARIABLES;
      case 'needs':
        this.#needs ??= toData(needsContext(plan, state, job));
        return this.#needs;
      case 'steps':
        if (running === undefined) return NULL;
        this.#steps ??= new StepsView(job, running.steps);
        return this.#steps;
      case 'job':
        return running === undefined ? NULL : toData({ status: running.status });
      default:
        return NULL;
    }
  }
}

const NO_VARIABLES = toData({});

/** The `github` context of a run, made once for each. */
function githubOf(plan: WorkflowPlan, state: WorkflowState): ExpressionData {
  const known = plan.githubContexts.get(state.begin);
  if (known !== undefined) return known;
  const made = toData(githubContext(state.begin, plan.definition.name));
  plan.githubContexts.set(state.begin, made);
  return made;
}

function needsContext(plan: WorkflowPlan, state: WorkflowState, job: JobPlan): JsonObject {
  const needs: { [job: string]: Json } = {};
  for (const index of job.needs) {
    const needed = state.jobs[index];
    const id = plan.jobs[index]?.id;
    if (id !== undefined && needed?.phase === 'ended')
      needs[id] = { result: needed.result, outputs: needed.outputs ?? {} };
  }
  return needs;
}

/** The `steps` context: the steps with an id that have ended. A job may have many, and an expression names one or two. */
class StepsView extends data.Dictionary {
  readonly #job: JobPlan;
  readonly #ended: readonly EndedStep[];
  readonly #views = new Map<number, ExpressionData>();

  constructor(job: JobPlan, ended: readonly EndedStep[]) {
    super();
    this.#job = job;
    this.#ended = ended;
  }

  override get(id: string): ExpressionData | undefined {
    const index = this.#job.stepIndex.get(id.toLowerCase());
    return index === undefined || index >= this.#ended.length ? undefined : this.#view(index);
  }

  override values(): ExpressionData[] {
    return this.pairs().map(({ value }) => value);
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return this.#ended.flatMap((_, index) => {
      const step = this.#job.steps[index];
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
