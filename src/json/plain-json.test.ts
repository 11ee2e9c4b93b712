import { expect, test } from 'vitest';
import { isPlainJson } from './plain-json.js';

const ring: { [name: string]: unknown } = {};
ring['self'] = [ring];

test.each<[unknown, boolean]>([
  [null, true],
  ['', true],
  [-0, true],
  [Object.assign(Object.create(null), { a: [1, { b: true }] }), true],
  [{ absent: undefined }, true],
  [undefined, false],
  [[undefined], false],
  [Number.NaN, false],
  [{ at: Number.POSITIVE_INFINITY }, false],
  [new URL('https://example.org'), false],
  [[new Map()], false],
  [() => 1, false],
  [1n, false],
  [ring, false],
])('%# is what it is', (value, expected) => {
  expect(isPlainJson(value)).toBe(expected);
});
