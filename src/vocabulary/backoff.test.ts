import { expect, test } from 'vitest';
import { backoffDelayMs } from './backoff.js';

const backoff = { firstMs: 100, factor: 2, maxMs: 1_000 };

test('grows by the factor and stays at the maximum', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) => backoffDelayMs(attempt, backoff, 1));
  expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('jitter takes away up to half, and never adds', () => {
  expect(backoffDelayMs(2, backoff, 0)).toBe(100);
  expect(backoffDelayMs(2, backoff, 0.5)).toBe(150);
  expect(backoffDelayMs(9, backoff, 7)).toBe(1_000);
  expect(backoffDelayMs(9, backoff, -7)).toBe(500);
});

test('is a whole number for any attempt and factor', () => {
  expect(backoffDelayMs(100_000, { firstMs: 0, factor: 10, maxMs: 1_000 }, 1)).toBe(0);
  expect(backoffDelayMs(100_000, { firstMs: 1, factor: 1e9, maxMs: 1_000 }, 1)).toBe(1_000);
  expect(backoffDelayMs(0, { firstMs: 33, factor: 2, maxMs: 1_000 }, 0)).toBe(17);
});
