import { isJsonObject, type Json } from 'tau-core';

/**
 * One difference between two JSON values. `from` is absent for what is added, `to` for what is removed.
 */
export interface JsonChange {
  /** JSON Pointer (RFC 6901): into the second value, for what is removed into the first. Empty: the value itself. */
  readonly pointer: string;
  readonly from?: Json;
  readonly to?: Json;
}

/** How many differences are told; who has more looks at the values. */
export const JSON_CHANGES_MAX = 1_000;

/** Deeper differences are told as one of the whole value there. */
const DEPTH_MAX = 128;

/**
 * What has changed from one JSON value to another, members in the order of their names. At most JSON_CHANGES_MAX changes.
 *
 * In lists, equal items at the front and at the back stay out of it, so that one item put into the middle is one change. What
 * is between is compared item by item.
 */
export function diffJson(from: Json, to: Json): readonly JsonChange[] {
  const changes: JsonChange[] = [];
  compare({ pointer: '', from, to }, changes, 0);
  return changes;
}

/** Whether two values are the same JSON, whatever the order of members. */
export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  return (
    Object.keys(a).every((key) => isSameJson(memberOf(a, key), memberOf(b, key))) &&
    Object.keys(b).every((key) => Object.hasOwn(a, key) || memberOf(b, key) === undefined)
  );
}

/** A change as one line: `/plan/title: "a" -> "b"`, `/plan/2: added {...}`. Values are cut after `charsMax` characters each. */
export function changeText({ pointer, from, to }: JsonChange, charsMax = 80): string {
  const at = pointer === '' ? 'the value' : pointer;
  if (from === undefined) return `${at}: added ${shortJson(to ?? null, charsMax)}`;
  if (to === undefined) return `${at}: removed ${shortJson(from, charsMax)}`;
  return `${at}: ${shortJson(from, charsMax)} -> ${shortJson(to, charsMax)}`;
}

/** JSON text of at most `charsMax` characters, and an ellipsis where it is cut. */
export function shortJson(value: Json, charsMax: number): string {
  const text = JSON.stringify(value);
  if (text.length <= charsMax) return text;
  return `${text.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

function compare(pair: JsonChange, changes: JsonChange[], depth: number): void {
  const { pointer, from, to } = pair;
  if (changes.length >= JSON_CHANGES_MAX || from === to) return;
  if (depth < DEPTH_MAX && isJsonObject(from) && isJsonObject(to)) {
    for (const key of membersOf(from, to)) {
      const member = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      compare(change(member, memberOf(from, key), memberOf(to, key)), changes, depth + 1);
    }
  } else if (depth < DEPTH_MAX && Array.isArray(from) && Array.isArray(to)) {
    compareLists(pointer, { from, to }, (item) => compare(item, changes, depth + 1));
  } else if (!isSameJson(from, to)) {
    changes.push(pair);
  }
}

function compareLists(
  pointer: string,
  { from, to }: { readonly from: readonly Json[]; readonly to: readonly Json[] },
  found: (item: JsonChange) => void,
): void {
  const shorter = Math.min(from.length, to.length);
  let front = 0;
  while (front < shorter && isSameJson(from[front], to[front])) front += 1;
  let back = 0;
  while (back < shorter - front && isSameJson(from.at(-1 - back), to.at(-1 - back))) back += 1;
  const longer = Math.max(from.length, to.length) - back;
  for (let index = front; index < longer; index += 1) {
    const before = index < from.length - back ? from[index] : undefined;
    const after = index < to.length - back ? to[index] : undefined;
    found(change(`${pointer}/${index}`, before, after));
  }
}

function change(pointer: string, from: Json | undefined, to: Json | undefined): JsonChange {
  return { pointer, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function membersOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function memberOf(object: object, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? (object as { readonly [key: string]: Json })[key] : undefined;
}
