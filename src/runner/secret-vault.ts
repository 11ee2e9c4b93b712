import { type Json, type JsonObject, type SecretPlaces, tauError } from 'tau-core';
import { SecretMask, secretMissing } from 'tau-core/node';

/** Where a run's secrets come from. */
export type SecretSource = { readonly [name: string]: string } | ((name: string) => string | undefined);

/**
 * The secrets of a run while this process has it: those that were taken out of its inputs, and those of whoever started it. They
 * are in no state, event, record or stream.
 */
export class SecretVault {
  #mask: SecretMask | undefined;
  #own: Map<string, string> | undefined;
  readonly #source: SecretSource | undefined;

  constructor(source: SecretSource | undefined) {
    this.#source = source;
    if (typeof source === 'object') for (const value of Object.values(source)) this.#hide(value);
  }

  /** Of what the vault has given out or holds, so far. */
  get mask(): SecretMask {
    return this.#mask ?? NO_MASK;
  }

  /** Keeps what was taken out of an input. */
  keep(secrets: { readonly [name: string]: string }): void {
    for (const [name, value] of Object.entries(secrets)) {
      this.#own ??= new Map();
      this.#own.set(name, value);
      this.#hide(value);
    }
  }

  /**
   * Puts the values into a copy of a call's input.
   *
   * @throws TauError SECRET_MISSING for one that nobody has, WORK_REFUSED for a place that the input has not.
   */
  fill(input: JsonObject, places: SecretPlaces): void {
    for (const [pointer, parts] of Object.entries(places)) {
      const text = parts.map((part) => (typeof part === 'string' ? part : this.#value(part.secret))).join('');
      putAt(input, pointer, text);
    }
  }

  #value(name: string): string {
    const value = this.#own?.get(name) ?? this.#given(name);
    if (value === undefined) throw secretMissing(name);
    this.#hide(value);
    return value;
  }

  #hide(value: string): void {
    this.#mask ??= new SecretMask();
    this.#mask.add(value);
  }

  #given(name: string): string | undefined {
    const source = this.#source;
    if (typeof source === 'function') return source(name);
    return source !== undefined && Object.hasOwn(source, name) ? source[name] : undefined;
  }
}

/** Of runs without secrets, which most are. */
const NO_MASK = new SecretMask();

/** By JSON Pointer (RFC 6901). */
function putAt(input: JsonObject, pointer: string, text: string): void {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  let at: Json | undefined = input;
  for (const key of keys) at = memberOf(at, key);
  if (last === undefined || memberOf(at, last) === undefined) {
    throw tauError('WORK_REFUSED', `the call's input has no place "${pointer}" for its secret`);
  }
  (at as { [key: string]: Json })[last] = text;
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as JsonObject)[key];
}
