import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { FlowDefinition } from './definition.js';

/** Members that come first, so that a file reads from the name down to the parts. The others follow by name. */
const FIRST: readonly string[] = [
  'format',
  'name',
  'description',
  'patches',
  'kind',
  'call',
  'question',
  'from',
  'choose',
  'each',
  'when',
  'to',
  'over',
  'until',
  'roundsMax',
  'state',
  'entry',
];

/** Members that hold what is nested: they come last. */
const LAST: readonly string[] = ['node', 'undo', 'otherwise', 'nodes', 'steps', 'edges', 'root'];

/**
 * A definition as JSON text, two spaces to a level, a line break at its end: the text of equal definitions is equal,
 * and `flowLanguage.parse` gives the same definition again. The order of a graph's nodes and keys is kept, as it
 * counts; that of other members does not, and is always the same.
 */
export function toJson(definition: FlowDefinition): string {
  return `${JSON.stringify(ordered(definition as unknown as Json), undefined, 2)}\n`;
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(ordered);
  if (!isJsonObject(value)) return value;
  const isGraph = value['kind'] === 'graph';
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  names.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  return Object.fromEntries(
    names.map((name) => {
      const member = value[name] ?? null;
      const keepsOrder = isGraph && (name === 'nodes' || name === 'state') && isJsonObject(member);
      return [name, keepsOrder ? eachOrdered(member) : ordered(member)];
    }),
  );
}

function eachOrdered(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => (member === undefined ? [] : [[name, ordered(member)]])),
  );
}

function rankOf(name: string): number {
  const first = FIRST.indexOf(name);
  if (first >= 0) return first - FIRST.length;
  return LAST.indexOf(name) + 1;
}
