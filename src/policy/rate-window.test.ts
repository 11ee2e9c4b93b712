import fc from 'fast-check';
import { instant } from 'tau-core';
import { expect, test } from 'vitest';
import { RateWindow } from './rate-window.js';

/** When calls begin that all came at the start, each as soon as it may. */
function beginnings(max: number, perMs: number, count: number): readonly number[] {
  const rate = new RateWindow();
  rate.configure(max, perMs);
  let now = instant(7);
  return Array.from({ length: count }, () => {
    now = rate.freeAt(now);
    expect(rate.freeAt(now)).toBe(now);
    rate.take(now);
    return now;
  });
}

test('lets a burst begin at once, and the next one a window later', () => {
  expect(beginnings(3, 100, 7)).toEqual([7, 7, 7, 107, 107, 107, 207]);
});

test('a large one is exact in what it lets through, and late by a thousandth at most', () => {
  const times = beginnings(2_000, 1_000_000, 6_001);
  for (const [index, time] of times.entries()) {
    const earlier = times[index - 2_000];
    if (earlier === undefined) continue;
    expect(time - earlier).toBeGreaterThanOrEqual(1_000_000);
    expect(time - earlier).toBeLessThanOrEqual(1_001_000);
  }
});

test('never has more than max in any window, at any times and for any numbers', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 });
  const numbers = fc.tuple(fc.constantFrom(1, 3, 1_500), fc.integer({ min: 1, max: 5_000 }));
  fc.assert(
    fc.property(gaps, numbers, (waits, [max, perMs]) => {
      const rate = new RateWindow();
      rate.configure(max, perMs);
      const begun: number[] = [];
      let now = instant(0);
      for (const wait of waits) {
        now = instant(now + wait);
        while (rate.freeAt(now) <= now && begun.length < 5_000) {
          rate.take(now);
          begun.push(now);
        }
      }
      for (const [index, time] of begun.entries()) {
        expect(time - (begun[index - max] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(perMs);
      }
    }),
    { numRuns: 50 },
  );
});

test('takes unsound numbers as 1', () => {
  const rate = new RateWindow();
  expect(rate.configure(0, Number.NaN)).toBe(false);
  rate.take(instant(5));
  expect(rate.freeAt(instant(5))).toBe(6);
  expect(rate.isIdle(instant(6))).toBe(true);
});
