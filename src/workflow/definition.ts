import type { Json } from 'tau-core';

/** The text of an expression, without `${{ }}`, and where it stands in the workflow's file. Both count from 1. */
export interface ExpressionSource {
  readonly expr: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A value that may hold expressions.
 *
 * - `value`: JSON as it is.
 * - `expression`: the whole value is one expression; what it evaluates to keeps its type.
 * - `text`: text with expressions in it; the result is a string.
 * - `list`, `map`: collections in which at least one expression stands.
 */
export type Template =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'expression'; readonly source: ExpressionSource }
  | { readonly kind: 'text'; readonly parts: readonly (string | ExpressionSource)[] }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] };

/** A named template: one line of `env`, `with` or `outputs`. */
export interface Entry {
  readonly name: string;
  readonly value: Template;
}

/** An input that `workflow_dispatch` declares. Line and column are those of its name. */
export interface InputDefinition {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'number' | 'choice';
  readonly required: boolean;
  readonly default?: string | boolean | number;
  /** What a `choice` may be. */
  readonly options?: readonly string[];
  readonly line: number;
  readonly column: number;
}

export interface StepDefinition {
  /** `id` as written; absent when the step has none, and then nothing can refer to its outputs. */
  readonly id?: string;
  readonly name?: Template;
  /** `owner/name@ref`. */
  readonly uses: string;
  readonly if?: ExpressionSource;
  readonly with: readonly Entry[];
  readonly env: readonly Entry[];
  readonly timeoutMinutes?: Template;
  readonly continueOnError?: Template;
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
  /** At least one. */
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
  /** Types of the events that start a run, exact or with a trailing `*`; empty when only clients start it. */
  readonly triggers: readonly string[];
  /** Present when `on` has `workflow_dispatch`: the inputs that it declares, and where. */
  readonly dispatch?: {
    readonly inputs: readonly InputDefinition[];
    readonly line: number;
    readonly column: number;
  };
  readonly env: readonly Entry[];
  /** At least one, in the order of the file. */
  readonly jobs: readonly JobDefinition[];
}
