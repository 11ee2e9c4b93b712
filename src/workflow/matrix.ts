import { equals } from '@actions/expressions/result';
import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { NULL, toData } from '../expression/expression-data.js';
import { isSame } from './identifier.js';
import { MATRIX_MAX } from './places.js';

/** One combination of a matrix, and what tells it from the others. */
export interface Combination {
  readonly values: JsonObject;
  /** The values of the matrix itself, for people; those that `include` adds to it are not in it. */
  readonly label: string;
}

/** Combinations, or what is wrong with the matrix. */
export type Expansion =
  | { readonly ok: true; readonly combinations: readonly Combination[] }
  | { readonly ok: false; readonly problem: string };

/**
 * All combinations of a matrix: the product of its lists without those that `exclude` matches, the first list changing
 * slowest. An entry of `include` adds its other values to each that it matches in the matrix's own keys; one that matches
 * none is a combination itself. Keys are the same in any case. Source: GitHub's documents and its runner's MatrixBuilder.
 */
export function expandMatrix(matrix: Json): Expansion {
  if (!isJsonObject(matrix)) return refused('a matrix must be a map of lists');
  const { include = [], exclude = [], ...vectors } = matrix;
  const lists: (readonly [string, readonly Json[]])[] = [];
  for (const [name, list] of Object.entries(vectors)) {
    if (!isList(list)) return refused(`"${name}" of the matrix must be a list`);
    if (list.length === 0) return refused(`"${name}" of the matrix has no values`);
    lists.push([name, list]);
  }
  const excludes = maps(exclude);
  const includes = maps(include);
  if (excludes === undefined) return refused('"exclude" must be a list of maps, none of them empty');
  if (includes === undefined) return refused('"include" must be a list of maps, none of them empty');
  const names = lists.map(([name]) => name);
  const unknown = excludes.flatMap((filter) => Object.keys(filter)).find((key) => !hasKey(names, key));
  if (unknown !== undefined) return refused(unknownExclude(unknown, names));
  const size = lists.reduce((product, [, list]) => product * list.length, lists.length === 0 ? 0 : 1);
  if (size > PRODUCT_MAX) return refused(`it has ${size} combinations; a matrix may have ${MATRIX_MAX}`);
  const combinations = combined(lists, size, { excludes, includes });
  if (combinations.length === 0) return refused('no combination is left of the matrix');
  if (combinations.length > MATRIX_MAX)
    return refused(`it has ${combinations.length} combinations; a matrix may have ${MATRIX_MAX}`);
  return { ok: true, combinations };
}

/** What is wrong with a key of `exclude` that the matrix has no list for; GitHub refuses it, too. */
export function unknownExclude(key: string, names: readonly string[]): string {
  return `the matrix has no "${key}" that "exclude" could take out: it has ${names.join(', ') || 'none'}`;
}

/** Keys of a matrix are the same in any case, as names in expressions are. */
export function hasKey(names: readonly string[], key: string): boolean {
  return names.some((name) => isSame(name, key));
}

/** More are not looked at, even if `exclude` leaves few of them. */
const PRODUCT_MAX = 65_536;

function refused(problem: string): Expansion {
  return { ok: false, problem };
}

interface Filters {
  readonly excludes: readonly JsonObject[];
  readonly includes: readonly JsonObject[];
}

function combined(
  lists: readonly (readonly [string, readonly Json[]])[],
  size: number,
  { excludes, includes }: Filters,
): readonly Combination[] {
  const names = lists.map(([name]) => name);
  const entries = includes.map((entry) => {
    const pairs = Object.entries(entry);
    const filter = Object.fromEntries(pairs.filter(([name]) => hasKey(names, name)));
    return { entry, filter, extra: Object.fromEntries(pairs.filter(([name]) => !hasKey(names, name))) };
  });
  const unmatched = new Set(includes);
  const combinations: Combination[] = [];
  for (let nth = 0; nth < size; nth += 1) {
    const own = productAt(lists, size, nth);
    if (excludes.some((filter) => matches(own, filter))) continue;
    let values = own;
    for (const { entry, filter, extra } of entries) {
      if (!matches(own, filter)) continue;
      unmatched.delete(entry);
      values = { ...values, ...extra };
    }
    combinations.push({ values, label: labelOf(own) });
  }
  return [...combinations, ...[...unmatched].map((values) => ({ values, label: labelOf(values) }))];
}

function productAt(lists: readonly (readonly [string, readonly Json[]])[], size: number, nth: number): JsonObject {
  const values: { [name: string]: Json } = {};
  let block = size;
  for (const [name, list] of lists) {
    block /= list.length;
    values[name] = list[Math.floor(nth / block) % list.length] ?? null;
  }
  return values;
}

/** Whether all that a filter names is so in a value, compared as expressions compare. */
function matches(value: Json, filter: Json): boolean {
  if (isList(filter))
    return filter.every((item, index) => matches(isList(value) ? (value[index] ?? null) : null, item));
  if (isJsonObject(filter)) {
    const members: JsonObject = isJsonObject(value) ? value : {};
    return Object.entries(filter).every(([name, item]) => matches(memberOf(members, name), item ?? null));
  }
  return equals(value === null ? NULL : toData(value), toData(filter));
}

/** A member by its name, or else by its name in another case. */
function memberOf(members: JsonObject, name: string): Json {
  const found = Object.hasOwn(members, name) ? name : Object.keys(members).find((one) => isSame(one, name));
  return found === undefined ? null : (members[found] ?? null);
}

/** Texts, numbers and truth values of a combination, those within lists and maps too. */
function labelOf(values: Json): string {
  return leaves(values).join(', ');
}

function leaves(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null || value === '') return [];
  if (isList(value)) return value.flatMap((item) => leaves(item));
  if (isJsonObject(value)) return Object.values(value).flatMap((item) => leaves(item));
  return [toData(value).coerceString()];
}

function maps(value: Json): readonly JsonObject[] | undefined {
  if (!isList(value)) return undefined;
  const found = value.filter((item) => isJsonObject(item) && Object.keys(item).length > 0);
  return found.length === value.length ? (found as readonly JsonObject[]) : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
