import type { Json } from 'tau-core';

/** Deeper JSON can be parsed but not written again: writing recurses. Payloads of GitHub are less than 10 levels deep. */
export const JSON_DEPTH_MAX = 128;

/** Parses JSON text that may come from anybody; undefined when it is no JSON, or too deep to be passed on. */
export function parseBounded(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isWithin(value, JSON_DEPTH_MAX) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (levels === 0) return false;
  for (const member of Object.values(value) as readonly Json[]) if (!isWithin(member, levels - 1)) return false;
  return true;
}
