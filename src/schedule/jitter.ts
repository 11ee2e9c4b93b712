import { type Instant, instant } from 'tau-core';

/**
 * When an occurrence starts: itself, and up to `jitterMs` later. How much follows from the schedule's id and the occurrence
 * alone, so every replay and every host says the same.
 */
export function dueOf(id: string, at: Instant, jitterMs: number): Instant {
  return jitterMs === 0 ? at : instant(at + (hash(`${id}@${at}`) % (jitterMs + 1)));
}

/** FNV-1a over UTF-16 units, then the finish of MurmurHash3: neighbours in time end far apart. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
