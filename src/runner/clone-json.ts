import type { Json, JsonObject } from 'tau-core';

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

/** A key of this name would set what the copy inherits from. */
function put(copy: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') copy[key] = value;
  else Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true });
}
