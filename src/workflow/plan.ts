import { type CallId, callId, type Json, type RunBegin } from 'tau-core';
import type { Entry, JobDefinition, StepDefinition, WorkflowDefinition } from './definition.js';
import { compileExpression, type Expression } from './expression.js';
import type { ExpressionData } from './expression-data.js';
import {
  compileBoolean,
  compileEntries,
  compileOutput,
  compileText,
  compileTimeoutMs,
  compileValue,
  type Evaluable,
} from './template.js';

/** Strings by name. */
export interface Env {
  readonly [name: string]: string;
}

/** A step with everything about it that does not change. */
export interface StepPlan {
  /** Its id, or its place from 0. */
  readonly key: string;
  /** What messages call it. */
  readonly label: string;
  /** Whether expressions can refer to it. */
  readonly hasId: boolean;
  readonly callId: CallId;
  readonly uses: string;
  readonly capability: string;
  readonly name: Evaluable<string> | undefined;
  readonly condition: Expression | undefined;
  readonly env: Evaluable<Env> | undefined;
  readonly input: Evaluable<{ readonly [name: string]: Json }>;
  readonly timeoutMs: Evaluable<number> | undefined;
  readonly continueOnError: Evaluable<boolean> | undefined;
}

/** A job with everything about it that does not change. Other jobs are named by their places. */
export interface JobPlan {
  readonly index: number;
  readonly id: string;
  readonly needs: readonly number[];
  /** All jobs that it waits for, directly or by way of others. */
  readonly ancestors: readonly number[];
  /** The jobs that need it directly. */
  readonly dependents: readonly number[];
  readonly name: Evaluable<string> | undefined;
  readonly condition: Expression | undefined;
  readonly env: Evaluable<Env> | undefined;
  readonly outputs: Evaluable<{ readonly [name: string]: Json }> | undefined;
  readonly timeoutMs: Evaluable<number> | undefined;
  readonly continueOnError: Evaluable<boolean> | undefined;
  readonly steps: readonly StepPlan[];
  /** Places of the steps that have an id, by that in lower case. */
  readonly stepIndex: ReadonlyMap<string, number>;
}

/** A definition made ready to be run: compiled once, used by every run of it. */
export interface WorkflowPlan {
  readonly definition: WorkflowDefinition;
  readonly env: Evaluable<Env> | undefined;
  readonly jobs: readonly JobPlan[];
  /** The jobs that need no other. */
  readonly roots: readonly number[];
  /** Whether any job has `timeout-minutes`: without, time changes nothing until the run is told to stop. */
  readonly hasTimeouts: boolean;
  readonly jobIndex: ReadonlyMap<string, number>;
  /** Which step a call belongs to: places of the job and the step. */
  readonly calls: ReadonlyMap<string, { readonly job: number; readonly step: number }>;
  /** The `github` context of a run, which never changes in it. */
  readonly githubContexts: WeakMap<RunBegin, ExpressionData>;
}

const plans = new WeakMap<WorkflowDefinition, WorkflowPlan>();

/** The plan of a definition. It is made once for each definition object, and kept as long as that is. */
export function planOf(definition: WorkflowDefinition): WorkflowPlan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const plan = makePlan(definition);
  plans.set(definition, plan);
  return plan;
}

function makePlan(definition: WorkflowDefinition): WorkflowPlan {
  const jobIndex = new Map(definition.jobs.map(({ id }, index) => [id, index]));
  const needs = definition.jobs.map((job) => job.needs.flatMap((need) => jobIndex.get(need) ?? []));
  const dependents = definition.jobs.map((): number[] => []);
  for (const [index, needed] of needs.entries()) for (const need of needed) dependents[need]?.push(index);
  const ancestors = ancestorsOf(needs);
  const jobs = definition.jobs.map((job, index) =>
    planJob(job, {
      index,
      needs: needs[index] ?? [],
      ancestors: ancestors[index] ?? [],
      dependents: dependents[index] ?? [],
    }),
  );
  const calls = new Map(
    jobs.flatMap((job) => job.steps.map((step, index) => [step.callId as string, { job: job.index, step: index }])),
  );
  return {
    definition,
    env: envOf(definition.env),
    jobs,
    roots: jobs.filter((job) => job.needs.length === 0).map(({ index }) => index),
    hasTimeouts: jobs.some((job) => job.timeoutMs !== undefined),
    jobIndex,
    calls,
    githubContexts: new WeakMap(),
  };
}

function planJob(job: JobDefinition, place: Pick<JobPlan, 'index' | 'needs' | 'ancestors' | 'dependents'>): JobPlan {
  return {
    ...place,
    id: job.id,
    name: job.name && compileText(job.name),
    condition: job.if && compileExpression(job.if),
    env: envOf(job.env),
    outputs: job.outputs.length === 0 ? undefined : compileEntries(job.outputs, compileOutput),
    timeoutMs: job.timeoutMinutes && compileTimeoutMs(job.timeoutMinutes),
    continueOnError: job.continueOnError && compileBoolean(job.continueOnError),
    steps: job.steps.map((step, index) => planStep(job.id, step, index)),
    stepIndex: new Map(job.steps.flatMap(({ id }, index) => (id === undefined ? [] : [[id.toLowerCase(), index]]))),
  };
}

function planStep(job: string, step: StepDefinition, index: number): StepPlan {
  const key = step.id ?? String(index);
  return {
    key,
    label: step.id ?? `${index + 1} (${step.uses})`,
    hasId: step.id !== undefined,
    callId: callId(`${job}.${key}`),
    uses: step.uses,
    capability: `action:${step.uses}`,
    name: step.name && compileText(step.name),
    condition: step.if && compileExpression(step.if),
    env: envOf(step.env),
    input: compileEntries(step.with, compileValue),
    timeoutMs: step.timeoutMinutes && compileTimeoutMs(step.timeoutMinutes),
    continueOnError: step.continueOnError && compileBoolean(step.continueOnError),
  };
}

function envOf(entries: readonly Entry[]): Evaluable<Env> | undefined {
  return entries.length === 0 ? undefined : compileEntries(entries, compileText);
}

/** For each job, all that it waits for, directly or by way of others. `needs` has no cycles. */
function ancestorsOf(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const found: (Set<number> | undefined)[] = needs.map(() => undefined);
  const visit = (index: number): ReadonlySet<number> => {
    const known = found[index];
    if (known !== undefined) return known;
    const own = new Set<number>();
    // Set before its needs are visited, so that a definition that was not checked cannot recurse for ever.
    found[index] = own;
    for (const need of needs[index] ?? []) {
      own.add(need);
      for (const ancestor of visit(need)) own.add(ancestor);
    }
    return own;
  };
  return needs.map((_, index) => [...visit(index)]);
}
