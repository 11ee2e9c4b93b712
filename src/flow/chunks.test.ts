import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkItem, chunkLength, chunksOf, flatChunks, withChunkItem } from './chunks.js';

describe('a list in pieces', () => {
  test('is the list, whatever its length and what is changed in it', () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.integer()), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 260 }), changes, (items, changed) => {
        let chunks = chunksOf(items);
        const copy = [...items];
        for (const [index, item] of changed) {
          chunks = withChunkItem(chunks, index, item);
          if (index < copy.length) copy[index] = item;
        }
        expect(flatChunks(chunks)).toEqual(copy);
        expect(chunkLength(chunks)).toBe(copy.length);
        for (const [index, item] of copy.entries()) expect(chunkItem(chunks, index)).toBe(item);
        expect(chunkItem(chunks, copy.length)).toBeUndefined();
      }),
    );
  });

  test('copies one piece for one change', () => {
    const before = chunksOf(Array.from({ length: 10_000 }, (_, index) => index));
    const after = withChunkItem(before, 5_000, -1);
    expect(after.filter((chunk, index) => chunk !== before[index])).toHaveLength(1);
    expect(Math.max(...after.map(({ length }) => length))).toBe(64);
  });
});
