import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { checkCondition, checkText } from './check-expression.js';
import { report, type Spot, within } from './check-scope.js';
import { NAME_CHARS_MAX, TEXT_CHARS_MAX, VALUE_DEPTH_MAX } from './limits.js';
import { listed } from './listed.js';
import { nearest } from './nearest.js';

/** Checks a value, and what is in it. */
export type Check = (value: Json, spot: Spot) => void;

/** What an object may have. */
export interface Members {
  readonly [name: string]: { readonly check: Check; readonly required?: string };
}

/** A member that may be left out. */
export const may = (check: Check): Members[string] => ({ check });

/** A member that must be there; `hint` says what to write. */
export const must = (check: Check, hint: string): Members[string] => ({ check, required: hint });

/** Checks the members of an object by a table; whether it is an object at all. */
export function checkMembers(value: Json, spot: Spot, members: Members): value is JsonObject {
  if (!isJsonObject(value)) {
    report(spot, `this must be an object with ${listed(Object.keys(members))}`);
    return false;
  }
  for (const name in value) {
    if (Object.hasOwn(members, name) || value[name] === undefined) continue;
    const similar = nearest(name, Object.keys(members));
    const advice =
      similar === undefined ? `there are ${Object.keys(members).join(', ')}` : `did you mean "${similar}"?`;
    report(within(spot, name), `unknown member "${name}": ${advice}`, { atName: true });
  }
  for (const name in members) {
    const member = memberOf(value, name);
    const rule = members[name];
    if (member !== undefined) rule?.check(member, within(spot, name));
    else if (rule?.required !== undefined) report(spot, `"${name}" is missing: ${rule.required}`);
  }
  return true;
}

/** An own member of an object; undefined when there is none. */
export function memberOf(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

export const object =
  (members: Members): Check =>
  (value, spot) => {
    checkMembers(value, spot, members);
  };

export const boolean: Check = (value, spot) => {
  if (typeof value !== 'boolean') report(spot, 'this must be true or false');
};

export const only =
  (allowed: Json): Check =>
  (value, spot) => {
    if (value !== allowed) report(spot, `this must be ${JSON.stringify(allowed)}`);
  };

/** A whole number from `min` to `max`. */
export const whole =
  (min: number, max: number, unit = ''): Check =>
  (value, spot) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return;
    report(spot, `this must be a whole number from ${min} to ${max}${unit}`);
  };

/** A number from `min` to `max`. */
export const number =
  (min: number, max: number): Check =>
  (value, spot) => {
    if (typeof value === 'number' && value >= min && value <= max) return;
    report(spot, `this must be a number from ${min} to ${max}`);
  };

export const oneOf =
  (...names: readonly string[]): Check =>
  (value, spot) => {
    if (typeof value !== 'string' || !names.includes(value)) report(spot, `this must be one of ${listed(names)}`);
  };

/** A text that is no expression. */
export const text =
  (max = TEXT_CHARS_MAX, min = 1): Check =>
  (value, spot) => {
    if (typeof value === 'string' && value.length >= min && value.length <= max) return;
    report(spot, `this must be a text of ${min} to ${max} characters`);
  };

/** A text that may hold expressions. */
export const textTemplateCheck: Check = (value, spot) => {
  if (typeof value !== 'string' || value.length < 1 || value.length > TEXT_CHARS_MAX) {
    report(spot, `this must be a text of 1 to ${TEXT_CHARS_MAX} characters`);
  } else checkText(value, spot);
};

/** An expression without its braces, e.g. `output.score > 3`. */
export const condition: Check = (value, spot) => {
  if (typeof value === 'string') checkCondition(value, spot);
  else report(spot, 'this must be a text, an expression without the braces');
};

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** What a name must be, for messages. */
export const NAME_ADVICE = `letters, digits, "-" and "_", the first a letter or "_", at most ${NAME_CHARS_MAX}`;

/** Whether something may be the name of a node, a key or a patch. */
export function isName(name: string): boolean {
  return NAME.test(name) && name.length <= NAME_CHARS_MAX && name !== '__proto__';
}

export const name: Check = (value, spot) => {
  if (typeof value !== 'string' || !isName(value)) report(spot, `this must be a name: ${NAME_ADVICE}`);
};

/** A list, each item checked; with `unique`, of texts that are all different. */
export const list =
  (item: Check, { min = 0, unique = false }: { readonly min?: number; readonly unique?: boolean } = {}): Check =>
  (value, spot) => {
    if (!Array.isArray(value) || value.length < min) {
      report(spot, min === 0 ? 'this must be a list' : `this must be a list of ${min} or more`);
      return;
    }
    const known = new Set<Json>();
    for (const [index, member] of (value as readonly Json[]).entries()) {
      item(member, within(spot, index));
      if (unique && known.has(member))
        report(within(spot, index), `${JSON.stringify(member)} is there twice: once is enough`);
      known.add(member);
    }
  };

/** Any JSON, its texts with expressions. */
export function template({ withSecrets = false }: { readonly withSecrets?: boolean } = {}): Check {
  const check = (value: Json, spot: Spot, depth: number): void => {
    if (typeof value === 'string') {
      checkText(value, spot, withSecrets);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth >= VALUE_DEPTH_MAX) {
      report(spot, `values may be nested ${VALUE_DEPTH_MAX} levels deep: flatten this one`);
      return;
    }
    for (const [step, member] of stepsOf(value)) check(member, within(spot, step), depth + 1);
  };
  return (value, spot) => check(value, spot, 0);
}

function stepsOf(value: readonly Json[] | JsonObject): readonly (readonly [string | number, Json])[] {
  if (Array.isArray(value)) return [...(value as readonly Json[]).entries()];
  return Object.entries(value).flatMap(([step, member]) => (member === undefined ? [] : [[step, member] as const]));
}

/** Any JSON as it is, no deeper than values may be: a schema, a first value. */
export const literal: Check = (value, spot) => {
  const depthOf = (member: Json | undefined, depth: number): boolean =>
    typeof member !== 'object' ||
    member === null ||
    (depth < VALUE_DEPTH_MAX && Object.values(member).every((inner: Json | undefined) => depthOf(inner, depth + 1)));
  if (!depthOf(value, 0)) report(spot, `values may be nested ${VALUE_DEPTH_MAX} levels deep: flatten this one`);
};
