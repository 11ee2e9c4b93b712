import type { CallId, ErrorData, Json, JsonObject, RunBegin } from 'tau-core';
import type { Expression } from '../expression/expression.js';
import type { ExpressionData } from '../expression/expression-data.js';
import type { Evaluable } from '../expression/template.js';
import type {
  ActionDefinition,
  InputDefinition,
  JobDefinition,
  Permissions,
  WorkflowDefinition,
} from './definition.js';
import type { EnvPlan, SecretFinder } from './secret-places.js';

/** Steps in order: those of a job, or of a composite action. */
export interface StepsPlan {
  readonly steps: readonly StepPlan[];
  /** Places of the steps that have an id, by that in lower case. */
  readonly stepIndex: ReadonlyMap<string, number>;
}

/** Defaults of inputs that are expressions, by the names of the inputs. */
export type InputDefaults = ReadonlyMap<string, Evaluable<Json>>;

/** A composite action, compiled. */
export interface ActionPlan extends StepsPlan {
  readonly definition: ActionDefinition;
  readonly defaults: InputDefaults;
  readonly outputs: Evaluable<JsonObject> | undefined;
}

/** A script, compiled. */
export interface ScriptPlan {
  readonly script: Evaluable<string>;
  readonly secrets: SecretFinder | undefined;
  readonly shell: Evaluable<string> | undefined;
  readonly workingDirectory: Evaluable<string> | undefined;
}

/** A step with everything about it that does not change. */
export interface StepPlan {
  /** Its id, or its place from 0. */
  readonly key: string;
  /** What messages call it. */
  readonly label: string;
  /** Whether expressions can refer to it. */
  readonly hasId: boolean;
  /** The id of its call in a job that is neither of a matrix nor of a called workflow, outside of composite actions. */
  readonly callId: CallId;
  /** Absent for a script. */
  readonly uses: string | undefined;
  readonly capability: string;
  /** Present for a script. */
  readonly run: ScriptPlan | undefined;
  /** Present for a composite action. */
  readonly action: ActionPlan | undefined;
  /** Why it cannot run at all: its definition lacks what it refers to. */
  readonly lacks: string | undefined;
  readonly name: Evaluable<string> | undefined;
  readonly condition: Expression | undefined;
  readonly env: EnvPlan | undefined;
  readonly input: Evaluable<{ readonly [name: string]: Json }>;
  /** Where in its input secrets may stand; undefined when nowhere. */
  readonly secrets: SecretFinder | undefined;
  readonly timeoutMs: Evaluable<number> | undefined;
  readonly continueOnError: Evaluable<boolean> | undefined;
  /** Whether any of its expressions hashes files. */
  readonly hashes: boolean;
}

/** A `concurrency`, compiled. */
export interface ConcurrencyPlan {
  readonly group: Evaluable<string>;
  readonly cancelInProgress: Evaluable<boolean> | undefined;
  /** Whether any number waits, in order, or one, whose place a newer one takes. */
  readonly waiting: 'queue' | 'replace';
}

/** A `strategy`, compiled. */
export interface StrategyPlan {
  readonly matrix: Evaluable<Json>;
  /** The error of a matrix that cannot be used, with its place. */
  readonly problem: (text: string) => ErrorData;
  readonly failFast: Evaluable<boolean> | undefined;
  readonly maxParallel: Evaluable<number> | undefined;
}

/** What a job that calls a workflow gives it. */
export interface WorkflowCallPlan {
  readonly uses: string;
  /** Absent when it is not linked. */
  readonly workflow: WorkflowDefinition | undefined;
  readonly inputs: readonly InputDefinition[];
  readonly defaults: InputDefaults;
  readonly with: Evaluable<{ readonly [name: string]: Json }>;
  readonly secrets: JobDefinition['secrets'];
}

/** What is compiled of a job, wherever it stands. */
export interface CompiledJob extends StepsPlan {
  readonly id: string;
  readonly name: Evaluable<string> | undefined;
  /** Its name when that has no expression: those of its combinations then say which they are. */
  readonly plainName: string | undefined;
  readonly condition: Expression | undefined;
  readonly env: EnvPlan | undefined;
  readonly outputs: Evaluable<{ readonly [name: string]: Json }> | undefined;
  readonly timeoutMs: Evaluable<number> | undefined;
  readonly continueOnError: Evaluable<boolean> | undefined;
  readonly strategy: StrategyPlan | undefined;
  readonly concurrency: ConcurrencyPlan | undefined;
  readonly call: WorkflowCallPlan | undefined;
  readonly permissions: Permissions | undefined;
}

/**
 * A job at its place in a run, with everything about it that does not change: a job of the workflow, one combination of
 * a matrix, or a job of a called workflow. Other jobs of its frame are named by their places.
 */
export interface JobPlan extends CompiledJob {
  /** What it is called in events and calls: `build`, `build(0)` of a matrix, `deploy/build` of a called workflow. */
  readonly path: string;
  readonly frame: FramePlan;
  /** Its place in its frame. */
  readonly index: number;
  /** The job with the matrix that this is a combination of. */
  readonly group?: JobPlan;
  /** Its place in what holds its state: the combination's, or the job's. */
  readonly place: number;
  readonly needs: readonly number[];
  /** All jobs that it waits for, directly or by way of others. */
  readonly ancestors: readonly number[];
  /** The jobs that need it directly. */
  readonly dependents: readonly number[];
  /** What its calls may do; absent sets no bound. */
  readonly grants: Permissions | undefined;
}

/** The jobs of a workflow at one place of a run: those of the run itself, or of a workflow that a job of it calls. */
export interface FramePlan {
  readonly definition: WorkflowDefinition;
  /** What stands before its jobs' ids in their paths: empty for the run's own. */
  readonly prefix: string;
  /** The job that calls it. */
  readonly caller?: JobPlan;
  readonly env: EnvPlan | undefined;
  readonly jobs: readonly JobPlan[];
  /** The jobs that need no other. */
  readonly roots: readonly number[];
  readonly jobIndex: ReadonlyMap<string, number>;
  readonly concurrency: ConcurrencyPlan | undefined;
  /** Outputs for the job that calls it. */
  readonly outputs: Evaluable<JsonObject> | undefined;
}

/** A definition made ready to be run: compiled once, used by every run of it. */
export interface WorkflowPlan extends FramePlan {
  readonly runName: Evaluable<string> | undefined;
  /** Whether time can change anything before the run is told to stop. */
  readonly hasTimeouts: boolean;
  /** Jobs by their paths, as far as they were looked for. */
  readonly places: Map<string, JobPlan>;
  /** Which step a call belongs to, for calls of jobs and steps that are there once: places of the job and the step. */
  readonly calls: ReadonlyMap<string, { readonly job: number; readonly step: number }>;
  /** The `github` context of a run, which never changes in it. */
  readonly githubContexts: WeakMap<RunBegin, ExpressionData>;
}
