import { isJsonObject, type Json, type JsonObject, type SecretPlaces } from 'tau-core';
import type { ExpressionScope } from '../expression/expression.js';
import { compileText, type Evaluable } from '../expression/template.js';
import type { ExpressionSource } from '../expression/template-source.js';
import { OPEN } from '../expression/text-parts.js';
import { FLOW_DIALECT } from './expression-dialect.js';
import { memberPlace, sourcesOf } from './flow-template.js';

/** What stands in an input where its secrets will be. */
export const MASK = '***';

const SECRET = /^secrets\.([A-Za-z_][A-Za-z0-9_-]*)$/i;

/** The name of the secret that an expression is, whole; undefined when it is anything else. */
export function secretName(expr: string): string | undefined {
  return SECRET.exec(expr)?.[1];
}

/** A task's input without its secrets, and what tells where they go; no `places` when it has none. */
export interface SplitInput {
  readonly input: Json;
  readonly places?: Evaluable<SecretPlaces>;
}

type Part = string | { readonly secret: string } | Evaluable<string>;

/**
 * Takes the secrets out of a task's input. Pointers are those of the call's input, which is an object: another value is
 * given as `{ "value": ... }`.
 */
export function splitSecrets(input: Json, place: string): SplitInput {
  const found: (readonly [pointer: string, parts: readonly Part[]])[] = [];
  const masked = mask(input, { place, pointer: isJsonObject(input) ? '' : '/value' }, found);
  if (found.length === 0) return { input };
  const evaluateAll = (scope: ExpressionScope): SecretPlaces =>
    Object.fromEntries(found.map(([pointer, parts]) => [pointer, parts.map((part) => partOf(part, scope))]));
  if (found.some(([, parts]) => parts.some((part) => typeof part === 'function')))
    return { input: masked, places: evaluateAll };
  const places = Object.fromEntries(found) as SecretPlaces;
  return { input: masked, places: () => places };
}

/**
 * The places that still hold for an input: those at which it has `***`. A person who edits an input may take a secret
 * out of it, but cannot put one in. Undefined when none is left.
 */
export function placesIn(input: JsonObject, places: SecretPlaces): SecretPlaces | undefined {
  const left = Object.entries(places).filter(([pointer]) => at(input, pointer) === MASK);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function at(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as { readonly [name: string]: Json })[name];
  }
  return found;
}

interface Spot {
  readonly place: string;
  readonly pointer: string;
}

function mask(value: Json, spot: Spot, found: (readonly [string, readonly Part[]])[]): Json {
  const { place, pointer } = spot;
  if (typeof value === 'string') {
    const parts = value.includes(OPEN) ? sourcesOf(value, place) : [];
    if (!parts.some((part) => typeof part === 'object' && secretName(part.expr) !== undefined)) return value;
    found.push([pointer, parts.map(compilePart)]);
    return MASK;
  }
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item, index) =>
      mask(item, { place: `${place}[${index}]`, pointer: `${pointer}/${index}` }, found),
    );
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
      return [name, mask(member ?? null, { place: memberPlace(place, name), pointer: `${pointer}/${step}` }, found)];
    }),
  );
}

function compilePart(part: string | ExpressionSource): Part {
  if (typeof part === 'string') return part;
  const secret = secretName(part.expr);
  return secret === undefined ? compileText({ kind: 'expression', source: part }, FLOW_DIALECT) : { secret };
}

function partOf(part: Part, scope: ExpressionScope): string | { readonly secret: string } {
  return typeof part === 'function' ? part(scope) : part;
}
