import { expect, test } from 'vitest';
import { noSeenKeys, recall, remember, type SeenKeys } from './seen-keys.js';

function remembered(count: number, generationMax: number): SeenKeys<number> {
  let seen = noSeenKeys<number>();
  for (let key = 1; key <= count; key += 1) seen = remember(seen, `k${key}`, key, generationMax);
  return seen;
}

test.each([1, 2, 3, 7, 10, 11, 29])('of %i keys at least the last 10 and at most 20 are recalled', (count) => {
  const seen = remembered(count, 10);
  const recalled = Array.from({ length: count }, (_, index) => recall(seen, `k${index + 1}`)).filter(
    (value) => value !== undefined,
  );
  expect(recalled.length).toBeGreaterThanOrEqual(Math.min(count, 10));
  expect(recalled.length).toBeLessThanOrEqual(20);
  expect(recalled.at(-1)).toBe(count);
});

test('a key that was never seen is not recalled', () => {
  expect(recall(remembered(3, 10), 'k4')).toBeUndefined();
});

test('the newest value of a key is the one that is recalled, from whichever generation', () => {
  const seen = remember(remembered(10, 10), 'k1', 100, 10);
  expect(recall(seen, 'k1')).toBe(100);
});

test('remembering leaves the earlier memory as it was', () => {
  const before = remembered(3, 10);
  remember(before, 'k4', 4, 10);
  expect(recall(before, 'k4')).toBeUndefined();
});
