import type { Json, JsonObject } from 'tau-core';
import type { GraphNode, StateKey } from '../definition.js';

declare const VALUE: unique symbol;
declare const STATE: unique symbol;

/**
 * A key of a graph's state whose values are of a type. The type is TypeScript's only: at run time it is the plain key.
 */
export interface TypedKey<Value> extends StateKey {
  readonly [VALUE]?: Value;
}

/** Keys by name. */
export interface TypedKeys {
  readonly [key: string]: TypedKey<unknown>;
}

/** A graph that knows the type of its state. */
export interface TypedGraph<Keys extends TypedKeys> extends GraphNode {
  readonly [STATE]?: Keys;
}

/**
 * The state of a graph as a type.
 *
 * @example
 * ```ts
 * import { append, graph, pass, replace, type StateOf } from 'tau-orchestrate/flow';
 *
 * const review = graph({
 *   state: { score: replace<number>(0), notes: append<string>() },
 *   nodes: { read: pass() },
 *   edges: [],
 * });
 * const before: StateOf<typeof review> = { score: 3, notes: ['short'] };
 * ```
 */
export type StateOf<Graph> =
  Graph extends TypedGraph<infer Keys>
    ? { readonly [Key in keyof Keys]: Keys[Key] extends TypedKey<infer Value> ? Value : never }
    : never;

/** What a key may say beside its reducer and its first value. */
export type KeyOptions = Pick<StateKey, 'type'>;

/** An update takes the place of the value; two in one step are refused. Without a first value it is null until then. */
export function replace<Value extends Json>(initial: Value, options?: KeyOptions): TypedKey<Value>;
export function replace<Value extends Json>(): TypedKey<Value | null>;
export function replace<Value extends Json>(initial?: Value, options: KeyOptions = {}): TypedKey<Value | null> {
  return { ...(initial !== undefined && { initial }), ...options };
}

/** As `replace`, but of several updates in one step the last one counts, in the order of the nodes. */
export function last<Value extends Json>(initial: Value, options?: KeyOptions): TypedKey<Value>;
export function last<Value extends Json>(): TypedKey<Value | null>;
export function last<Value extends Json>(initial?: Value, options: KeyOptions = {}): TypedKey<Value | null> {
  return { reducer: 'last', ...(initial !== undefined && { initial }), ...options };
}

/** A list that grows by the items of a list, or by one other value. */
export function append<Item extends Json>(initial?: readonly Item[]): TypedKey<readonly Item[]> {
  return { reducer: 'append', ...(initial && { initial }) };
}

/** A list without equal items. */
export function union<Item extends Json>(initial?: readonly Item[]): TypedKey<readonly Item[]> {
  return { reducer: 'union', ...(initial && { initial }) };
}

/** A sum. */
export function add(initial = 0): TypedKey<number> {
  return { reducer: 'add', initial };
}

/** The smallest number written. */
export function min(): TypedKey<number | null> {
  return { reducer: 'min' };
}

/** The largest number written. */
export function max(): TypedKey<number | null> {
  return { reducer: 'max' };
}

/** An object, merged member by member. */
export function merge<Value extends JsonObject>(initial?: Value): TypedKey<Value> {
  return { reducer: 'merge', ...(initial && { initial }) };
}

/** A list of objects with `id`: an update replaces, adds, or removes with `remove: true`. */
export function byId<Item extends { readonly id: string | number }>(
  initial?: readonly (Item & JsonObject)[],
): TypedKey<readonly Item[]> {
  return { reducer: 'byId', ...(initial && { initial }) };
}

/** A text that no journal, state or view shows: see `StateKey.secret`. */
export function secret(): TypedKey<string | null> {
  return { type: 'text', secret: true };
}

/** A key with a reducer of one's own, by the name that `createFlowLanguage` gave it. */
export function reduced<Value extends Json>(
  reducer: string,
  options: KeyOptions & { readonly initial?: Value } = {},
): TypedKey<Value> {
  return { reducer, ...options };
}
