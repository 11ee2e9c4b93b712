/** Any JSON value. Machines hold nothing else, so that every state and event can be journaled as it is. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. An `undefined` member is left out when it is written. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether a value is a JSON object, that is neither null nor an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON text with sorted keys and no white space: equal values give equal text, whatever order built them.
 * Follows RFC 8785 for what TAU's states hold (no lone surrogates, no non-finite numbers).
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const members: string[] = [];
  const object = value as JsonObject;
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}
