/**
 * A list in pieces, as plain JSON: to change one item copies one piece and the list of pieces, not the whole list. A map over
 * 10,000 items then copies 220 pointers for each of them, and not 10,000.
 */
export type Chunks<T> = readonly (readonly T[])[];

/** Items in a piece. It is a part of the format: lists that are stored have it. */
const CHUNK_ITEMS = 64;

const SHIFT = 6;
const MASK = CHUNK_ITEMS - 1;

export function chunksOf<T>(items: readonly T[]): Chunks<T> {
  if (items.length <= CHUNK_ITEMS) return [items];
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += CHUNK_ITEMS) chunks.push(items.slice(from, from + CHUNK_ITEMS));
  return chunks;
}

export function chunkItem<T>(chunks: Chunks<T>, index: number): T | undefined {
  return chunks[index >> SHIFT]?.[index & MASK];
}

/** The list with another item at a place that it has. */
export function withChunkItem<T>(chunks: Chunks<T>, index: number, item: T): Chunks<T> {
  const chunk = chunks[index >> SHIFT];
  if (chunk === undefined || (index & MASK) >= chunk.length) return chunks;
  if (chunks.length === 1) return [withItem(chunk, index, item)];
  return withItem(chunks, index >> SHIFT, withItem(chunk, index & MASK, item));
}

export function chunkLength<T>(chunks: Chunks<T>): number {
  const last = chunks.at(-1);
  return last === undefined ? 0 : (chunks.length - 1) * CHUNK_ITEMS + last.length;
}

/** All items, in one array. */
export function flatChunks<T>(chunks: Chunks<T>): readonly T[] {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : chunks.flat();
}

function withItem<T>(items: readonly T[], index: number, item: T): readonly T[] {
  if (items.length === 1) return [item];
  const copy = items.slice();
  copy[index] = item;
  return copy;
}
