import { isJsonObject, type Json } from 'tau-core';
import type { StateKey } from './definition.js';
import { BY_ID, flattened, UNION } from './reducer-lists.js';

/**
 * How updates come into one key of a graph's state. Pure and total: it changes nothing that it is given, gives JSON, and never throws,
 * whatever it is given. The graph of one that throws, or gives no JSON, fails with STATE_REFUSED.
 */
export interface Reducer {
  /** What a key is before its first update, when it does not say. */
  readonly initial: Json;
  /** The value after an update. Changes neither of them. */
  reduce(current: Json, update: Json): Json;
  /** Whether a key may be written several times in one step; otherwise the second is refused with STATE_CONFLICT. */
  readonly acceptsMany: boolean;
  /** What it takes as an update, otherwise STATE_REFUSED; absent takes anything. */
  accepts?(update: Json): boolean;
  /** One update that does what these do one after another: so that a step of many costs no copy for each of them. */
  together?(updates: readonly Json[]): Json;
  /** What `accepts` asks for, in words, for messages: `a number`. */
  readonly wants?: string;
}

/** Reducers by name. */
export interface Reducers {
  readonly [name: string]: Reducer;
}

/** The reducer of a key that names none. */
export const DEFAULT_REDUCER = 'replace';

const isNumber = (value: Json): value is number => typeof value === 'number';
const asList = (value: Json): readonly Json[] => (isList(value) ? value : value === null ? [] : [value]);

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function extreme(isBetter: (update: number, current: number) => boolean): Reducer {
  return {
    initial: null,
    acceptsMany: true,
    wants: 'a number',
    accepts: isNumber,
    reduce: (current, update) =>
      !isNumber(current) || (isNumber(update) && isBetter(update, current)) ? update : current,
  };
}

/** The reducers that every flow has; see `StateKey.reducer` for what each does. */
export const BUILT_IN_REDUCERS: Reducers = {
  replace: { initial: null, acceptsMany: false, reduce: (_, update) => update },
  last: { initial: null, acceptsMany: true, reduce: (_, update) => update },
  append: {
    initial: [],
    acceptsMany: true,
    reduce: (current, update) => {
      const before = asList(current);
      return isList(update) ? [...before, ...update] : [...before, update];
    },
    together: flattened,
  },
  add: {
    initial: 0,
    acceptsMany: true,
    wants: 'a number',
    accepts: isNumber,
    reduce: (current, update) => finite((isNumber(current) ? current : 0) + (isNumber(update) ? update : 0)),
  },
  merge: {
    initial: {},
    acceptsMany: true,
    wants: 'an object',
    accepts: (update) => isJsonObject(update),
    reduce: (current, update) => ({
      ...(isJsonObject(current) ? current : {}),
      ...(isJsonObject(update) ? update : {}),
    }),
    together: (updates) =>
      Object.fromEntries(updates.flatMap((update) => (isJsonObject(update) ? Object.entries(update) : []))),
  },
  union: UNION,
  min: extreme((update, current) => update < current),
  max: extreme((update, current) => update > current),
  byId: BY_ID,
};

/** JSON has no infinite numbers: a sum stops at the largest one. */
function finite(sum: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, sum));
}

/** Whether a value is of a key's type. Null is of none: it is what a key is before it is written. */
export function fitsStateType(type: StateKey['type'], value: Json): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return true;
  }
}

/** The type that a value is of; undefined for null. */
export function stateTypeOf(value: Json): StateKey['type'] {
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : undefined;
}

/** Whether a key may start with a value: it is of the kind that the reducer makes, and its items are such as it takes. */
export function fitsReducer(reducer: Reducer, value: Json): boolean {
  const made = stateTypeOf(reducer.initial);
  if (made === undefined) return takes(reducer, value);
  return stateTypeOf(value) === made && (made !== 'list' || takes(reducer, value));
}

/** Whether a reducer takes a value as an update. One that throws at it does not. */
export function takes(reducer: Reducer, update: Json): boolean {
  if (reducer.accepts === undefined) return true;
  try {
    return reducer.accepts(update) !== false;
  } catch {
    return false;
  }
}

/** What a key may start with, in words. */
export function startOf(reducer: Reducer): string {
  return reducer.wants ?? `a ${stateTypeOf(reducer.initial) ?? 'value'}`;
}
