import { canonicalJson, isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { Predicate } from './definition.js';

export const PREDICATE_DEPTH_MAX = 8;
export const PREDICATE_PARTS_MAX = 100;
const TESTS = ['equals', 'differs', 'in', 'exists', 'absent', 'below', 'above', 'atMost', 'atLeast', 'startsWith'];

/** Whether attributes fulfil a predicate. Total: what cannot be compared does not hold. */
export function holds(predicate: Predicate | undefined, attributes: JsonObject): boolean {
  if (predicate === undefined) return true;
  if ('all' in predicate) return predicate.all.every((one) => holds(one, attributes));
  if ('any' in predicate) return predicate.any.some((one) => holds(one, attributes));
  if ('not' in predicate) return !holds(predicate.not, attributes);
  const { attribute, is, value = null } = predicate;
  const own = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  switch (is) {
    case 'exists':
      return own !== undefined;
    case 'absent':
      return own === undefined;
    case 'equals':
      return own !== undefined && isEqual(own, value);
    case 'differs':
      return own === undefined || !isEqual(own, value);
    case 'in':
      return own !== undefined && Array.isArray(value) && value.some((one: Json) => isEqual(own, one));
    case 'startsWith':
      return typeof own === 'string' && typeof value === 'string' && own.startsWith(value);
    case 'below':
      return compared(own, value, (a, b) => a < b);
    case 'above':
      return compared(own, value, (a, b) => a > b);
    case 'atMost':
      return compared(own, value, (a, b) => a <= b);
    case 'atLeast':
      return compared(own, value, (a, b) => a >= b);
  }
}

/** What is wrong with a predicate that somebody wrote; undefined when nothing is. */
export function predicateProblem(value: Json): string | undefined {
  let parts = 0;
  const look = (one: Json | undefined, levels: number): string | undefined => {
    parts += 1;
    if (levels === 0) return `a predicate has at most ${PREDICATE_DEPTH_MAX} levels`;
    if (parts > PREDICATE_PARTS_MAX) return `a predicate has at most ${PREDICATE_PARTS_MAX} parts`;
    if (!isJsonObject(one))
      return 'write {"attribute": ..., "is": ..., "value": ...}, or {"all"|"any": [...]}, or {"not": ...}';
    const [name, ...others] = Object.keys(one);
    if (name === 'not' && others.length === 0) return look(one['not'], levels - 1);
    if ((name === 'all' || name === 'any') && others.length === 0) {
      const list = one[name];
      if (!Array.isArray(list)) return `"${name}" is a list of predicates`;
      for (const inner of list) {
        const problem = look(inner as Json, levels - 1);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    const odd = Object.keys(one).find((key) => !['attribute', 'is', 'value'].includes(key));
    if (odd !== undefined) return `a predicate has no "${odd}"; it has attribute, is, value, or one of all, any, not`;
    if (typeof one['attribute'] !== 'string' || one['attribute'] === '')
      return '"attribute" is the name of an attribute';
    if (typeof one['is'] !== 'string' || !TESTS.includes(one['is'])) return `"is" is one of ${TESTS.join(', ')}`;
    if (one['is'] === 'in' && !Array.isArray(one['value'])) return '"value" of "in" is a list';
    return undefined;
  };
  return look(value, PREDICATE_DEPTH_MAX);
}

function isEqual(a: Json, b: Json): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
}

function compared<T extends number | string>(
  own: Json | undefined,
  value: Json,
  test: (a: T, b: T) => boolean,
): boolean {
  if (typeof own !== typeof value || (typeof own !== 'number' && typeof own !== 'string')) return false;
  return test(own as T, value as T);
}
