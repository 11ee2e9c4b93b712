import type { FunctionDefinition } from '@actions/expressions/funcs/info';

/** What a dialect does with a context or a function. */
export type NameSupport =
  /** `byScope`: a function that each scope answers for itself, as it does the status functions. */
  | { readonly status: 'supported'; readonly byScope?: true }
  | { readonly status: 'ignored' }
  /** `instead` says what to write in its place. */
  | { readonly status: 'refused'; readonly instead: string };

/** What expressions may name in one language: the engine is the same for all of them. */
export interface ExpressionDialect {
  /** Contexts by the names that texts use. */
  readonly contexts: readonly string[];
  /** Functions beside the engine's own, by lower-case name; they take the place of the engine's. */
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  /** What the language says of a name, which is in lower case; undefined when it does not know it. */
  supportOf(kind: 'context' | 'function', name: string): NameSupport | undefined;
}
