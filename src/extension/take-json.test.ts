import { expect, test } from 'vitest';
import { SecretMask } from './secret-mask.js';
import { takeJson } from './take-json.js';

const circular: { self?: unknown } = {};
circular.self = circular;

test.each<[string, unknown, string]>([
  ['a number that is not finite', { items: [{ n: Number.NaN }] }, ' at items[0].n: NaN is no JSON number'],
  ['a map', { of: new Map([[1, 2]]) }, ' at of: a Map is no JSON'],
  ['bytes', [new Uint8Array(2)], ' at [0]: a Uint8Array is no JSON'],
  ['a promise', { a: [Promise.resolve(1)] }, ' at a[0]: a Promise is no JSON'],
  ['a function', () => 1, 'refused: a function is no JSON'],
  ['a BigInt', { ok: { deep: 1 }, n: 5n }, ' at n: a bigint is no JSON'],
  ['a circle', circular, 'self.self: it is circular, or deeper than 256 levels'],
  [
    'what toJSON gives',
    { at: { toJSON: () => Number.POSITIVE_INFINITY } },
    ' at at.toJSON(): Infinity is no JSON number',
  ],
])('%s is refused, and its place is named', (_what, value, message) => {
  expect(() => takeJson(value)).toThrow(
    expect.objectContaining({
      data: expect.objectContaining({ id: 'TAU-3011', outcome: 'unknown', message: expect.stringContaining(message) }),
    }),
  );
});

test('what JSON leaves out is left out, toJSON is honoured, and undefined is null', () => {
  expect(takeJson(undefined)).toBeNull();
  expect(takeJson({ a: undefined, b: [undefined, 1], at: new Date(5), n: -0.5 })).toEqual({
    b: [null, 1],
    at: '1970-01-01T00:00:00.005Z',
    n: -0.5,
  });
});

test('a member named __proto__ stays a member', () => {
  const taken = takeJson(JSON.parse('{"__proto__": {"a": 1}}'));
  expect(JSON.stringify(taken)).toBe('{"__proto__":{"a":1}}');
});

test('secrets are masked on the way, in names and in the places that errors tell', () => {
  const mask = new SecretMask(['s3cret', '31415926']);
  expect(takeJson({ 'x s3cret': ['s3cret!', 31415926, 3] }, { mask })).toEqual({ 'x ***': ['***!', '***', 3] });
  expect(() => takeJson({ s3cret: Number.NaN }, { mask })).toThrow(/at \*\*\*: NaN/);
});

test('more than its limit is refused where the limit is passed', () => {
  expect(takeJson(['x'.repeat(10)], { bytesMax: 20 })).toEqual(['x'.repeat(10)]);
  expect(() => takeJson({ a: 1, b: 'x'.repeat(20) }, { bytesMax: 20 })).toThrow(/at b: it is larger than 20 bytes$/);
});
