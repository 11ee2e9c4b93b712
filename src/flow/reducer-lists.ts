import { canonicalJson, isJsonObject, type Json } from 'tau-core';
import type { Reducer } from './reducer.js';

const asList = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : value === null ? [] : [value];

/** Updates of a list as one list: a list stands for its items. */
export function flattened(updates: readonly Json[]): Json {
  return updates.flatMap((update) => (Array.isArray(update) ? (update as readonly Json[]) : [update]));
}

/** What makes two items the same: scalars by type and value, the others by their canonical text. */
function sameness(item: Json): unknown {
  // A text and the canonical text of an object must not meet: the texts have a quote in front.
  if (typeof item === 'string') return `"${item}`;
  return typeof item === 'object' && item !== null ? canonicalJson(item) : item;
}

/** A list without equal items; the first of equal ones stays where it is. An update is one item, or a list of them. */
export const UNION: Reducer = {
  initial: [],
  acceptsMany: true,
  together: flattened,
  reduce: (current, update) => {
    const before = asList(current);
    const known = new Set(before.map(sameness));
    const added: Json[] = [];
    for (const item of Array.isArray(update) ? asList(update) : [update]) {
      const key = sameness(item);
      if (known.has(key)) continue;
      known.add(key);
      added.push(item);
    }
    return added.length === 0 && Array.isArray(current) ? current : [...before, ...added];
  },
};

type Id = string | number;

function idOf(item: Json): Id | undefined {
  const id = isJsonObject(item) ? item['id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/**
 * A list of objects with `id`, a text or a number. An update is one such object, or a list of them: one whose id is
 * there takes its place, others come behind; `{ id, remove: true }` takes it out, and is nothing where it is not there.
 */
export const BY_ID: Reducer = {
  initial: [],
  acceptsMany: true,
  together: flattened,
  wants: 'an object with "id", or a list of such',
  accepts: (update) => asList(update).every((item) => idOf(item) !== undefined) && update !== null,
  reduce: (current, update) => {
    const items = new Map<Id, Json>();
    for (const item of asList(current)) {
      const id = idOf(item);
      if (id !== undefined) items.set(id, item);
    }
    for (const item of asList(update)) {
      const id = idOf(item);
      if (id === undefined) continue;
      if (isJsonObject(item) && item['remove'] === true) items.delete(id);
      else items.set(id, item);
    }
    return [...items.values()];
  },
};
