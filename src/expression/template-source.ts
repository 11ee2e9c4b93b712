import type { Json } from 'tau-core';

/** The text of an expression, without `${{ }}`, and where it stands in its file. Both count from 1. */
export interface ExpressionSource {
  readonly expr: string;
  readonly line: number;
  readonly column: number;
  /** Where it stands in a definition that has no lines, e.g. `root.nodes.plan.input`; messages then tell this. */
  readonly place?: string;
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
