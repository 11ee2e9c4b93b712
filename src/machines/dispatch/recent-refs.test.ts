import { expect, test } from 'vitest';
import { RecentRefs } from './recent-refs.js';

const ref = (fence: number) => ({ workId: 'r1/a', attempt: 1, fence });

test('remembers the refs of the last dispatches, as many as its size', () => {
  const refs = new RecentRefs(10);
  for (let fence = 1; fence <= 35; fence += 1) refs.add(ref(fence));
  const known = Array.from({ length: 35 }, (_, index) => index + 1).filter((fence) => refs.has(ref(fence)));
  expect(known).toEqual([26, 27, 28, 29, 30, 31, 32, 33, 34, 35]);
});

test('fences of a later epoch take their places among those of the one before', () => {
  const refs = new RecentRefs(10);
  refs.add(ref(2 ** 32 + 4));
  refs.add(ref(2 * 2 ** 32 + 5));
  expect([2 ** 32 + 4, 2 * 2 ** 32 + 5, 2 * 2 ** 32 + 4].map((fence) => refs.has(ref(fence)))).toEqual([
    true,
    true,
    false,
  ]);
});

test('a ref is its work, its attempt and its fence', () => {
  const refs = new RecentRefs(10);
  refs.add({ workId: 'r1/a', attempt: 1, fence: 7 });
  expect(refs.has({ workId: 'r1/a', attempt: 1, fence: 7 })).toBe(true);
  expect(refs.has({ workId: 'r1/b', attempt: 1, fence: 7 })).toBe(false);
  expect(refs.has({ workId: 'r1/a', attempt: 2, fence: 7 })).toBe(false);
  expect(refs.has({ workId: 'r1/a', attempt: 1, fence: 8 })).toBe(false);
});
