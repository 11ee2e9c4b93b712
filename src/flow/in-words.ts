import type { Json } from 'tau-core';

/** What a value is, for messages: `a text`, `nothing`. */
export function inWords(value: Json): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
