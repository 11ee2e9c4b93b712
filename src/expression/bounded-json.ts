import type { Json } from 'tau-core';

/** Deeper JSON can be parsed but not written again: writing recurses. Payloads of GitHub are less than 10 levels deep. */
export const JSON_DEPTH_MAX = 128;

/** Parses JSON text that may come from anybody; undefined when it is no JSON, or too deep to be passed on. */
export function parseBounded(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    const kind = kindOf(value, JSON_DEPTH_MAX);
    if (kind === 'deep') return undefined;
    return kind === 'plain' ? value : (JSON.parse(text, (_, member) => plainMember(member as Json)) as Json);
  } catch {
    return undefined;
  }
}

/** A number as JSON keeps it: a negative zero is zero, and what is not finite is its text. */
export function plainNumber(value: number): number | string {
  if (value === 0) return 0;
  return Number.isFinite(value) ? value : String(value);
}

function plainMember(member: Json): Json {
  return typeof member === 'number' ? plainNumber(member) : member;
}

/** `odd` holds a number that would not come back from JSON text: `-0`, or one like `1e999` that reads as infinite. */
function kindOf(value: Json, levels: number): 'plain' | 'odd' | 'deep' {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 'plain' : 'odd';
  if (value === null || typeof value !== 'object') return 'plain';
  if (levels === 0) return 'deep';
  let kind: 'plain' | 'odd' = 'plain';
  for (const member of Object.values(value) as readonly Json[]) {
    const found = kindOf(member, levels - 1);
    if (found === 'deep') return found;
    if (found === 'odd') kind = found;
  }
  return kind;
}
