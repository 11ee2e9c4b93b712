import { type Json, type JsonObject, tauError } from 'tau-core';
import type { SecretMask } from './secret-mask.js';

/** What a value from outside may be. */
export interface TakeOptions {
  /** Of its JSON text, about: text counts its UTF-16 units. */
  readonly bytesMax: number;
  readonly mask?: SecretMask | undefined;
}

/** Deeper values are mostly circular ones, and would exhaust the stack of those who write them as text. */
const DEPTH_MAX = 256;

/** A copy of what is known to be JSON. */
export function cloneJson<T extends Json>(value: T): T {
  return clone(value) as T;
}

function clone(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  const source = value as JsonObject;
  const copy: { [key: string]: Json } = {};
  for (const key of Object.keys(source)) {
    const member = source[key];
    if (member !== undefined) put(copy, key, clone(member));
  }
  return copy;
}

/**
 * A copy of a value that somebody else made, without the secrets that it may hold, as JSON. `undefined` is null, as are holes;
 * members that are `undefined` are left out; what has `toJSON` is what that gives.
 *
 * @throws TauError OUTPUT_REFUSED for what is no JSON, circular, too deep or too large.
 */
export function takeJson(value: unknown, options: TakeOptions): Json {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
  }
  return new Taking(options).take(value, 0);
}

class Taking {
  readonly #mask: SecretMask | undefined;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor({ bytesMax, mask }: TakeOptions) {
    this.#bytesMax = bytesMax;
    this.#mask = mask === undefined || mask.isEmpty ? undefined : mask;
  }

  take(value: unknown, depth: number): Json {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        if (!Number.isFinite(value)) throw refused(`${value} is no JSON number`);
        this.#count(8);
        return this.#mask === undefined ? value : this.#mask.number(value);
      case 'boolean':
        this.#count(4);
        return value;
      case 'undefined':
        this.#count(4);
        return null;
      case 'object':
        return value === null ? this.#nothing() : this.#object(value, depth);
      default:
        throw refused(`a ${typeof value} is no JSON`);
    }
  }

  #nothing(): null {
    this.#count(4);
    return null;
  }

  #object(value: object, depth: number): Json {
    if (depth >= DEPTH_MAX) throw refused(`it is circular, or deeper than ${DEPTH_MAX} levels`);
    this.#count(2);
    if (Array.isArray(value)) return Array.from(value, (item: unknown) => this.take(item, depth + 1));
    const source = value as { readonly [key: string]: unknown };
    if (typeof source['toJSON'] === 'function') return this.take(source['toJSON'](), depth + 1);
    if (isCollection(value)) throw refused(`a ${value.constructor.name} is no JSON`);
    const copy: { [key: string]: Json } = {};
    for (const key of Object.keys(source)) {
      const member = source[key];
      if (member !== undefined) put(copy, this.#text(key), this.take(member, depth + 1));
    }
    return copy;
  }

  #text(value: string): string {
    this.#count(value.length + 3);
    return this.#mask === undefined ? value : this.#mask.text(value);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) throw refused(`it is larger than ${this.#bytesMax} bytes`);
  }
}

/** A key of this name would set what the copy inherits from. */
function put(copy: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') copy[key] = value;
  else Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Objects whose contents `Object.keys` does not show: they would silently become `{}`. */
function isCollection(value: object): boolean {
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof WeakMap ||
    value instanceof Promise ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value)
  );
}

function refused(why: string): Error {
  return tauError('OUTPUT_REFUSED', `what was given is refused: ${why}`);
}
