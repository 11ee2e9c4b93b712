import { isJsonObject, type Json } from '../vocabulary/json.js';
import type { SecretPlaces } from '../vocabulary/program.js';
import { type TauError, tauError } from '../vocabulary/tau-error.js';

/** Gives a secret's value by its name; undefined when there is none. */
export type SecretSource = (name: string) => string | undefined;

/** A work's input with its secrets in place, and their values: nothing that comes of it may have them. */
export interface OpenedInput {
  readonly input: Json;
  readonly values: readonly string[];
}

/** The environment variable that a secret is read from by default: `TAU_SECRET_<NAME>`. */
export function secretVariable(name: string): string {
  return `TAU_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** What a call ends with whose secret nobody can give. The same wherever it is served. */
export function secretMissing(name: string): TauError {
  const ways = `give it with the "secrets" option of whoever serves the call, or set ${secretVariable(name)} for that extension`;
  return tauError('SECRET_MISSING', `the secret "${name}" has no value here: ${ways}`, { details: { secret: name } });
}

/** Secrets of this process's environment, read when work needs them. */
export const environmentSecrets: SecretSource = (name) => process.env[secretVariable(name)];

/**
 * Puts secrets into an input, which is changed in place.
 *
 * @throws TauError SECRET_MISSING when one has no value here; WORK_REFUSED when a place is not in the input.
 */
export function openSecrets(input: Json, places: SecretPlaces, secrets: SecretSource): OpenedInput {
  const values = new Map<string, string>();
  const secretValue = (name: string): string => {
    const value = values.get(name) ?? secrets(name);
    if (value === undefined) throw secretMissing(name);
    values.set(name, value);
    return value;
  };
  let opened = input;
  for (const [pointer, parts] of Object.entries(places)) {
    const text = parts.map((part) => (typeof part === 'string' ? part : secretValue(part.secret))).join('');
    opened = placed(opened, pointer, text);
  }
  return { input: opened, values: [...values.values()] };
}

function placed(input: Json, pointer: string, text: string): Json {
  if (pointer === '') return text;
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.pop() ?? '';
  let holder: Json | undefined = input;
  for (const part of path) holder = memberOf(holder, part);
  // Only places that are there: a pointer never adds a member, and never reaches a prototype.
  if (memberOf(holder, last) === undefined)
    throw tauError('WORK_REFUSED', `the input has no place "${pointer}" for a secret`);
  (holder as { [key: string]: Json })[last] = text;
  return input;
}

function memberOf(holder: Json | undefined, key: string): Json | undefined {
  const isHolder = Array.isArray(holder) || isJsonObject(holder);
  return isHolder && Object.hasOwn(holder, key) ? (holder as { readonly [key: string]: Json })[key] : undefined;
}
