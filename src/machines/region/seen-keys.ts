import { Map as ImmutableMap } from 'immutable';
import type { Json } from 'tau-core';

/**
 * A bounded memory of keys, in two generations: when the young one is full it becomes the old one.
 * Remembers at least the last `generationMax` keys and at most twice as many, at constant cost.
 */
export interface SeenKeys<Value extends Json> {
  readonly young: ImmutableMap<string, Value>;
  readonly old: ImmutableMap<string, Value>;
}

export function noSeenKeys<Value extends Json>(): SeenKeys<Value> {
  return { young: ImmutableMap(), old: ImmutableMap() };
}

/** What was remembered with a key; undefined when it was never seen, or long ago. */
export function recall<Value extends Json>(seen: SeenKeys<Value>, key: string): Value | undefined {
  return seen.young.get(key) ?? seen.old.get(key);
}

export function remember<Value extends Json>(
  seen: SeenKeys<Value>,
  key: string,
  value: Value,
  generationMax: number,
): SeenKeys<Value> {
  if (seen.young.size < generationMax) return { young: seen.young.set(key, value), old: seen.old };
  return { young: ImmutableMap([[key, value]]), old: seen.young };
}
