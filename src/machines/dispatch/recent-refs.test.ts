import { expect, test } from 'vitest';
import { RecentRefs } from './recent-refs.js';

const ref = (fence: number) => ({ workId: 'r1/a', attempt: 1, fence });

test('remembers at least the last refs of its size, and at most twice as many', () => {
  const refs = new RecentRefs(10);
  for (let fence = 1; fence <= 35; fence += 1) refs.add(ref(fence));
  const known = Array.from({ length: 35 }, (_, index) => index + 1).filter((fence) => refs.has(ref(fence)));
  expect(known.at(-1)).toBe(35);
  expect(known.length).toBeGreaterThanOrEqual(10);
  expect(known.length).toBeLessThanOrEqual(20);
  expect(known).toEqual(Array.from({ length: known.length }, (_, index) => 36 - known.length + index));
});

test('a ref is its work, its attempt and its fence', () => {
  const refs = new RecentRefs(10);
  refs.add({ workId: 'r1/a', attempt: 1, fence: 7 });
  expect(refs.has({ workId: 'r1/a', attempt: 1, fence: 7 })).toBe(true);
  expect(refs.has({ workId: 'r1/b', attempt: 1, fence: 7 })).toBe(false);
  expect(refs.has({ workId: 'r1/a', attempt: 2, fence: 7 })).toBe(false);
  expect(refs.has({ workId: 'r1/a', attempt: 1, fence: 8 })).toBe(false);
});
