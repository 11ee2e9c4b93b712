import type { Json, JsonObject } from 'tau-core';

/** About how many bytes of memory a value takes. */
export function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length * 2 + 16;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + sizeOf(item) + 8, 16);
  let size = 32;
  for (const member of Object.values(value as JsonObject)) if (member !== undefined) size += sizeOf(member) + 16;
  return size;
}
