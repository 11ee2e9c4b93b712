import type { Json, JsonObject, SecretPlaces } from 'tau-core';
import { compileExpression, type Expression, type ExpressionScope, evaluate } from '../expression/expression.js';
import { compileEntries, type Evaluable } from '../expression/template.js';
import type { Entry, ExpressionSource, Template } from '../expression/template-source.js';
import { WORKFLOW_DIALECT } from './expression-dialect.js';
import { type Env, type EnvValues, MASK, type SecretParts } from './secret-parts.js';
import { compileText } from './template.js';

/** A scope that knows which of its names hold secrets. */
export interface SecretScope extends ExpressionScope {
  /** The parts of what a name of `secrets`, `env` or `inputs` holds; undefined when that is no secret. */
  secretParts(context: string, name: string): SecretParts | undefined;
}

/** Which places hold secrets in a scope, by JSON Pointer; undefined when none does. */
export type SecretFinder = (scope: SecretScope) => SecretPlaces | undefined;

/** An expression that is one name of a context that can hold secrets. */
interface SecretName {
  readonly context: string;
  readonly name: string;
  readonly expression: Expression;
}

interface Candidate {
  readonly pointer: string;
  readonly parts: readonly (string | Expression | SecretName)[];
}

/**
 * Secrets are found by how an expression is written, never in what it gives: so no text from outside, however it looks,
 * is ever taken for one.
 */
const NAME = /^\s*(secrets|env|inputs)\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']+)'\s*\])\s*$/i;

/** Where secrets may stand in a template; undefined when nowhere. */
export function findSecrets(template: Template, pointer: string): SecretFinder | undefined {
  return finderOf(candidatesIn(template, pointer));
}

/** The same for named templates: each stands at `/<name>`. */
export function findSecretsIn(entries: readonly Entry[]): SecretFinder | undefined {
  return finderOf(entries.flatMap(({ name, value }) => candidatesIn(value, `/${escaped(name)}`)));
}

/** An `env`, and where in it secrets may stand. */
export interface EnvPlan {
  readonly values: Evaluable<Env>;
  /** Absent when it can hold none. */
  readonly secrets?: SecretFinder;
}

/** An `env`; undefined when there is none. */
export function compileEnv(entries: readonly Entry[]): EnvPlan | undefined {
  if (entries.length === 0) return undefined;
  const secrets = findSecretsIn(entries);
  return { values: compileEntries(entries, compileText), ...(secrets === undefined ? {} : { secrets }) };
}

/** Values over those around them. What hides a secret is none. */
export function evaluateEnv(plan: EnvPlan | undefined, around: EnvValues, scope: SecretScope): EnvValues {
  return plan === undefined ? around : overlay(around, ownEnv(plan, scope));
}

/** The values of an `env` alone. */
export function ownEnv(plan: EnvPlan, scope: SecretScope): EnvValues {
  const env = plan.values(scope);
  const places = plan.secrets?.(scope);
  if (places === undefined) return { env };
  const secrets = Object.fromEntries(Object.entries(places).map(([pointer, parts]) => [unescaped(pointer), parts]));
  const masks = Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK]));
  return { env: { ...env, ...masks }, secrets };
}

/** One environment over another. */
export function overlay(around: EnvValues, own: EnvValues): EnvValues {
  const env = { ...around.env, ...own.env };
  if (around.secrets === undefined) return own.secrets === undefined ? { env } : { env, secrets: own.secrets };
  const left = Object.entries(around.secrets).filter(([name]) => !Object.hasOwn(own.env, name));
  const secrets = { ...Object.fromEntries(left), ...own.secrets };
  return Object.keys(secrets).length === 0 ? { env } : { env, secrets };
}

/** An input with a mask in each of the places. */
export function masked(input: JsonObject, places: SecretPlaces): JsonObject {
  let result: Json = input;
  for (const pointer of Object.keys(places)) {
    result = maskedAt(result, pointer.split('/').slice(1).map(unescapedToken));
  }
  return result as JsonObject;
}

function maskedAt(value: Json, path: readonly string[]): Json {
  const [first, ...rest] = path;
  if (first === undefined) return MASK;
  if (Array.isArray(value))
    return value.map((item: Json, index) => (String(index) === first ? maskedAt(item, rest) : item));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  return { ...object, [first]: maskedAt(object[first] ?? null, rest) };
}

function finderOf(candidates: readonly Candidate[]): SecretFinder | undefined {
  if (candidates.length === 0) return undefined;
  return (scope) => {
    const places: { [pointer: string]: SecretParts } = {};
    let any = false;
    for (const { pointer, parts } of candidates) {
      const found = secretParts(parts, scope);
      if (found === undefined) continue;
      places[pointer] = found;
      any = true;
    }
    return any ? places : undefined;
  };
}

/** The parts of a text, texts beside each other joined; undefined when none of them is a secret. */
function secretParts(parts: Candidate['parts'], scope: SecretScope): SecretParts | undefined {
  // Most names hold none, and then nothing needs to be evaluated.
  const any = parts.some(
    (part) => typeof part !== 'string' && 'name' in part && scope.secretParts(part.context, part.name) !== undefined,
  );
  if (!any) return undefined;
  const found: (string | { readonly secret: string })[] = [];
  const add = (part: string | { readonly secret: string }): void => {
    const last = found.at(-1);
    if (typeof part !== 'string') found.push(part);
    else if (typeof last === 'string') found[found.length - 1] = last + part;
    else if (part !== '') found.push(part);
  };
  for (const part of parts) {
    if (typeof part === 'string') add(part);
    else if ('name' in part) {
      const known = scope.secretParts(part.context, part.name);
      if (known === undefined) add(evaluate(part.expression, scope).coerceString());
      else for (const one of known) add(one);
    } else add(evaluate(part, scope).coerceString());
  }
  return found;
}

function candidatesIn(template: Template, pointer: string): readonly Candidate[] {
  switch (template.kind) {
    case 'value':
      return [];
    case 'expression':
      return candidateOf([template.source], pointer);
    case 'text':
      return candidateOf(template.parts, pointer);
    case 'list':
      return template.items.flatMap((item, index) => candidatesIn(item, `${pointer}/${index}`));
    case 'map':
      return template.entries.flatMap(({ name, value }) => candidatesIn(value, `${pointer}/${escaped(name)}`));
  }
}

function candidateOf(parts: readonly (string | ExpressionSource)[], pointer: string): readonly Candidate[] {
  if (!parts.some((part) => typeof part !== 'string' && NAME.test(part.expr))) return [];
  const compiled = parts.map((part) => {
    if (typeof part === 'string') return part;
    const expression = compileExpression(part, WORKFLOW_DIALECT);
    const [, context, dotted, quoted] = NAME.exec(part.expr) ?? [];
    const name = dotted ?? quoted;
    return context === undefined || name === undefined
      ? expression
      : { context: context.toLowerCase(), name, expression };
  });
  return [{ pointer, parts: compiled }];
}

/** A name as one token of a JSON Pointer. */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapedToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The name that a pointer of one token stands for. */
function unescaped(pointer: string): string {
  return unescapedToken(pointer.slice(1));
}
