import type { Json } from '../vocabulary/json.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { SecretMask } from './secret-mask.js';

/** What a value from outside may be. */
export interface TakeOptions {
  /** Of its JSON text, about: text counts its UTF-16 units. Default: any number. */
  readonly bytesMax?: number;
  readonly mask?: SecretMask | undefined;
}

/** Deeper values are mostly circular ones, and would exhaust the stack of those who write them as text. */
const DEPTH_MAX = 256;
/** Of a place that is told, from its end: the rest says no more. */
const PLACE_CHARS_MAX = 200;

/**
 * A copy of a value that somebody else made, without the secrets that it may hold, as JSON. `undefined` is null, as are holes;
 * members that are `undefined` are left out; what has `toJSON` is what that gives.
 *
 * @throws TauError OUTPUT_REFUSED, naming the place, for what is no JSON (functions, symbols, BigInts, numbers that are not
 * finite, maps, sets, promises, bytes), circular, deeper than 256 levels or too large.
 * @throws what `toJSON` and getters throw.
 */
export function takeJson(value: unknown, options: TakeOptions = {}): Json {
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
  /** The keys on the way to where it is; those beyond its depth are of ways that it has left. */
  readonly #way: (string | number)[] = [];

  constructor({ bytesMax = Number.POSITIVE_INFINITY, mask }: TakeOptions) {
    this.#bytesMax = bytesMax;
    this.#mask = mask === undefined || mask.isEmpty ? undefined : mask;
  }

  take(value: unknown, depth: number): Json {
    switch (typeof value) {
      case 'string':
        return this.#text(value, depth);
      case 'number':
        if (!Number.isFinite(value)) throw this.#refused(`${value} is no JSON number`, depth);
        this.#count(8, depth);
        return this.#mask === undefined ? value : this.#mask.number(value);
      case 'boolean':
        this.#count(4, depth);
        return value;
      case 'undefined':
        this.#count(4, depth);
        return null;
      case 'object':
        return value === null ? this.#nothing(depth) : this.#object(value, depth);
      default:
        throw this.#refused(`a ${typeof value} is no JSON`, depth);
    }
  }

  #nothing(depth: number): null {
    this.#count(4, depth);
    return null;
  }

  #object(value: object, depth: number): Json {
    if (depth >= DEPTH_MAX) throw this.#refused(`it is circular, or deeper than ${DEPTH_MAX} levels`, depth);
    this.#count(2, depth);
    if (Array.isArray(value)) {
      return Array.from(value, (item: unknown, index) => {
        this.#way[depth] = index;
        return this.take(item, depth + 1);
      });
    }
    const source = value as { readonly [key: string]: unknown };
    if (typeof source['toJSON'] === 'function') {
      this.#way[depth] = 'toJSON()';
      return this.take(source['toJSON'](), depth + 1);
    }
    if (isCollection(value)) throw this.#refused(`a ${value.constructor.name} is no JSON`, depth);
    const copy: { [key: string]: Json } = {};
    for (const key of Object.keys(source)) {
      const member = source[key];
      if (member === undefined) continue;
      this.#way[depth] = key;
      put(copy, this.#text(key, depth), this.take(member, depth + 1));
    }
    return copy;
  }

  #text(value: string, depth: number): string {
    this.#count(value.length + 3, depth);
    return this.#mask === undefined ? value : this.#mask.text(value);
  }

  #count(bytes: number, depth: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) throw this.#refused(`it is larger than ${this.#bytesMax} bytes`, depth);
  }

  #refused(why: string, depth: number): Error {
    const way = this.#way.slice(0, depth).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
    const place = way.join('').replace(/^\./, '');
    const shown = this.#mask === undefined ? place : this.#mask.text(place);
    const end = shown.length > PLACE_CHARS_MAX ? `...${shown.slice(-PLACE_CHARS_MAX)}` : shown;
    return tauError('OUTPUT_REFUSED', `what was given is refused${end === '' ? '' : ` at ${end}`}: ${why}`);
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
