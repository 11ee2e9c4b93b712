import fc from 'fast-check';
import { canonicalJson, type Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { applyDelta, deltaOf } from './json-delta.js';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

/** A value and one that has grown from it, as states do. */
const grown = fc.tuple(json, json, json).map(([a, b, c]): readonly [Json, Json] => [
  { list: [a, b], kept: c, gone: b, deep: { x: [a, { y: b }] } },
  { list: [a, b, c], kept: c, deep: { x: [a, { y: c }] }, __proto: a },
]);

describe('a delta', () => {
  test('makes the one value into the other, through text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(json, json), grown), ([from, to]) => {
        const delta = deltaOf(from, to);
        const same = canonicalJson(from) === canonicalJson(to);
        expect(delta === undefined).toBe(same);
        if (delta === undefined) return;
        const again = JSON.parse(JSON.stringify(delta)) as typeof delta;
        expect(canonicalJson(applyDelta(from, again))).toBe(canonicalJson(to));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a list that grows is what has come', () => {
    const long = Array.from({ length: 1_000 }, (_, n) => ({ n }));
    expect(deltaOf({ long }, { long: [...long, { n: 'new' }] })).toEqual({
      m: { long: { s: [1_000, 0, [{ n: 'new' }]] } },
    });
    expect(deltaOf(long, long.slice(1))).toEqual({ s: [0, 1, []] });
    expect(deltaOf([1, [2, 3], 4], [1, [2, 5], 4])).toEqual({ c: { 1: { c: { 1: { w: 5 } } } } });
  });

  test('knows members of unusual names', () => {
    const odd = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Json;
    for (const [from, to] of [
      [{}, odd],
      [odd, {}],
      [odd, JSON.parse('{"__proto__":{"a":2},"constructor":2}') as Json],
    ] as const) {
      const delta = deltaOf(from, to);
      expect(delta).toBeDefined();
      if (delta !== undefined) expect(canonicalJson(applyDelta(from, delta))).toBe(canonicalJson(to));
    }
  });
});
