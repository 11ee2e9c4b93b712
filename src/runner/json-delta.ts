import { isJsonObject, type Json, type JsonObject } from 'tau-core';

/**
 * How one JSON value becomes another. A format for ever.
 *
 * - `{ w }`: it is `w` as a whole.
 * - `{ m, d? }`: an object; members of `m` change by their own deltas, those named in `d` go.
 * - `{ s: [at, removed, inserted], c? }`: a list; from `at` on, `removed` items go and `inserted` come. Then items change by their
 *   own deltas: `c` has them by index.
 */
export type JsonDelta =
  | { readonly w: Json }
  | { readonly m: { readonly [key: string]: JsonDelta }; readonly d?: readonly string[] }
  | { readonly s: readonly [at: number, removed: number, inserted: readonly Json[]] }
  | { readonly c: { readonly [index: string]: JsonDelta } };

/** The delta, or undefined when they are equal. What both share by reference is not looked into. */
export function deltaOf(from: Json, to: Json): JsonDelta | undefined {
  if (from === to) return undefined;
  if (Array.isArray(from) && Array.isArray(to)) return listDelta(from, to);
  if (isJsonObject(from) && isJsonObject(to)) return objectDelta(from, to);
  return { w: to };
}

export function applyDelta(from: Json, delta: JsonDelta): Json {
  if ('w' in delta) return delta.w;
  if ('m' in delta) return changedObject(isJsonObject(from) ? from : {}, delta.m, delta.d ?? []);
  const list: readonly Json[] = Array.isArray(from) ? from : [];
  if ('s' in delta) {
    const [at, removed, inserted] = delta.s;
    return [...list.slice(0, at), ...inserted, ...list.slice(at + removed)];
  }
  const changed = [...list];
  for (const [index, change] of Object.entries(delta.c)) {
    changed[Number(index)] = applyDelta(changed[Number(index)] ?? null, change);
  }
  return changed;
}

function objectDelta(from: JsonObject, to: JsonObject): JsonDelta | undefined {
  const members: { [key: string]: JsonDelta } = Object.create(null);
  let isChanged = false;
  for (const key of Object.keys(to)) {
    const after = to[key];
    if (after === undefined) continue;
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const delta = before === undefined ? { w: after } : deltaOf(before, after);
    if (delta === undefined) continue;
    members[key] = delta;
    isChanged = true;
  }
  const gone = Object.keys(from).filter((key) => from[key] !== undefined && memberOf(to, key) === undefined);
  if (gone.length > 0) return { m: members, d: gone };
  return isChanged ? { m: members } : undefined;
}

function changedObject(
  from: JsonObject,
  members: { readonly [key: string]: JsonDelta },
  gone: readonly string[],
): JsonObject {
  const changed: { [key: string]: Json | undefined } = { ...from };
  for (const key of gone) delete changed[key];
  for (const key of Object.keys(members)) {
    const delta = members[key];
    if (delta === undefined) continue;
    const value = applyDelta(memberOf(from, key) ?? null, delta);
    if (key === '__proto__')
      Object.defineProperty(changed, key, { value, enumerable: true, configurable: true, writable: true });
    else changed[key] = value;
  }
  return changed;
}

/** Lists mostly grow at an end or change in places: what both have in front and behind stays. */
function listDelta(from: readonly Json[], to: readonly Json[]): JsonDelta | undefined {
  const shorter = Math.min(from.length, to.length);
  let front = 0;
  while (front < shorter && isEqual(from[front], to[front])) front += 1;
  if (front === from.length && front === to.length) return undefined;
  let back = 0;
  while (back < shorter - front && isEqual(from[from.length - 1 - back], to[to.length - 1 - back])) back += 1;
  const removed = from.length - front - back;
  if (from.length !== to.length) return { s: [front, removed, to.slice(front, to.length - back)] };
  const changes: { [index: string]: JsonDelta } = {};
  for (let index = front; index < front + removed; index += 1) {
    const delta = deltaOf(from[index] ?? null, to[index] ?? null);
    if (delta !== undefined) changes[index] = delta;
  }
  return { c: changes };
}

/** Its own walk: asking for a delta at every level would look at deep lists again and again. */
function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

function memberOf(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
