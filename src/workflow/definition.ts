import type { Entry, ExpressionSource, Template } from '../expression/template-source.js';

/** An input that `workflow_dispatch`, `workflow_call` or a composite action declares. Line and column are those of its name. */
export interface InputDefinition {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'number' | 'choice';
  readonly required: boolean;
  readonly default?: string | boolean | number;
  /** The default where that is an expression, evaluated for each call: of inputs of `workflow_call` and of actions. */
  readonly defaultFrom?: Template;
  /** What a `choice` may be. */
  readonly options?: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** A step: an action (`uses`) or a script (`run`), never both. */
export interface StepDefinition {
  /** `id` as written; absent when the step has none, and then nothing can refer to its outputs. */
  readonly id?: string;
  readonly name?: Template;
  /** `owner/name@ref`, or `./path` of a composite action. */
  readonly uses?: string;
  /** The composite action that `uses` names, once it is linked. */
  readonly action?: ActionDefinition;
  readonly run?: Template;
  readonly shell?: Template;
  readonly workingDirectory?: Template;
  readonly if?: ExpressionSource;
  readonly with: readonly Entry[];
  readonly env: readonly Entry[];
  readonly timeoutMinutes?: Template;
  readonly continueOnError?: Template;
  /** Where it begins; absent in definitions of 0.1. */
  readonly line?: number;
  readonly column?: number;
}

/** What `run` steps take when they do not say it themselves. */
export interface RunDefaults {
  readonly shell?: Template;
  readonly workingDirectory?: Template;
}

/** At most one run (or job) of a group at a time. */
export interface Concurrency {
  readonly group: Template;
  /** Whether a newer one cancels the one in progress. */
  readonly cancelInProgress?: Template;
  /** `max`: any number may wait, in order. Absent: one waits, and a newer one takes its place. */
  readonly queue?: 'max';
}

/** `strategy`: one job for each combination. */
export interface Strategy {
  /** A map of lists, with `include` and `exclude`, each of which may be an expression; or one expression for all of it. */
  readonly matrix: Template;
  /** Default true. */
  readonly failFast?: Template;
  readonly maxParallel?: Template;
}

/** By scope, e.g. `issues: write`. Scopes that are not named have none. Absent altogether sets no bound. */
export interface Permissions {
  readonly [scope: string]: 'read' | 'write' | 'none';
}

export interface JobDefinition {
  readonly id: string;
  readonly name?: Template;
  /** Ids of other jobs, each once. There is no cycle. */
  readonly needs: readonly string[];
  readonly if?: ExpressionSource;
  readonly env: readonly Entry[];
  readonly outputs: readonly Entry[];
  readonly timeoutMinutes?: Template;
  readonly continueOnError?: Template;
  readonly strategy?: Strategy;
  readonly concurrency?: Concurrency;
  readonly permissions?: Permissions;
  readonly defaults?: RunDefaults;
  /** `./path` of the workflow that it calls; it then has no steps of its own. */
  readonly uses?: string;
  /** The workflow that `uses` names, once it is linked. */
  readonly workflow?: WorkflowDefinition;
  /** Inputs of the workflow that it calls. */
  readonly with?: readonly Entry[];
  /** Secrets that the called workflow gets: all of them, or its names for those of this one. Absent gives none. */
  readonly secrets?: 'inherit' | { readonly [name: string]: string };
  /** At least one, unless it calls a workflow. */
  readonly steps: readonly StepDefinition[];
  readonly line?: number;
  readonly column?: number;
}

/** What an event of one name must be like to start a run. Every member that is present must hold. Patterns are GitHub's globs. */
export interface TriggerFilter {
  /** As `on` names it, e.g. `push`. */
  readonly event: string;
  /** Types of the events, e.g. `github.push`, exact or with a trailing `*`. */
  readonly types: readonly string[];
  /** In order; a pattern with `!` in front takes out what an earlier one took in. */
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly tags?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  readonly paths?: readonly string[];
  readonly pathsIgnore?: readonly string[];
  /** Of `workflow_run`: names of workflows. */
  readonly workflows?: readonly string[];
  /** TAU's own: names of labels of which the issue or pull request must have one. */
  readonly labels?: readonly string[];
}

/** A workflow that other workflows may call. */
export interface CallDefinition {
  readonly inputs: readonly InputDefinition[];
  readonly secrets: readonly { readonly name: string; readonly required: boolean }[];
  /** Its outputs, by expressions over `jobs`. */
  readonly outputs: readonly Entry[];
  readonly line: number;
  readonly column: number;
}

/** A composite action: steps that stand in place of one. Read from a file named `action.yml` or `action.yaml`. */
export interface ActionDefinition {
  readonly format: 1;
  readonly file: string;
  readonly name: string;
  readonly inputs: readonly InputDefinition[];
  readonly outputs: readonly Entry[];
  readonly steps: readonly StepDefinition[];
}

/**
 * A workflow as data: plain JSON, so that it can be stored, sent and hashed. Expressions stay source text in it; what
 * they compile to is kept beside it, per definition object.
 */
export interface WorkflowDefinition {
  /** Version of this shape. */
  readonly format: 1;
  /** The file that it was read from, as given. */
  readonly file: string;
  /** `name`, or the file when it has none. */
  readonly name: string;
  readonly runName?: Template;
  /** Types of the events that start a run, exact or with a trailing `*`; empty when only clients start it. */
  readonly triggers: readonly string[];
  /** What narrows them; an event starts a run if one of these takes it. Absent: `triggers` alone say. */
  readonly filters?: readonly TriggerFilter[];
  /** Cron expressions of five fields, with the time zone that they are in (default UTC). */
  readonly schedules?: readonly { readonly cron: string; readonly timezone?: string }[];
  /** Present when `on` has `workflow_dispatch`: the inputs that it declares, and where. */
  readonly dispatch?: {
    readonly inputs: readonly InputDefinition[];
    readonly line: number;
    readonly column: number;
  };
  /** Present when `on` has `workflow_call`. */
  readonly call?: CallDefinition;
  readonly env: readonly Entry[];
  readonly permissions?: Permissions;
  readonly defaults?: RunDefaults;
  readonly concurrency?: Concurrency;
  /** At least one, in the order of the file; none in the definition of an action. */
  readonly jobs: readonly JobDefinition[];
  /** Present when the file is a composite action and no workflow: nothing starts a run of it. */
  readonly action?: ActionDefinition;
}
