import { expect, test } from 'vitest';
import { instant, later } from '../vocabulary/instant.js';
import { seededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';

function clockWithLog(tieBreak?: () => number) {
  const clock = new VirtualClock({ startMs: 1_000, ...(tieBreak === undefined ? {} : { tieBreak }) });
  const log: string[] = [];
  const set = (name: string, inMs: number) =>
    clock.at(later(clock.now(), inMs), () => log.push(`${name}@${clock.now()}`));
  return { clock, log, set };
}

test('fires at the timer instants, in their order, inside the move', () => {
  const { clock, log, set } = clockWithLog();
  set('c', 30);
  set('a', 10);
  set('b', 20);
  clock.advance(25);
  expect(log).toEqual(['a@1010', 'b@1020']);
  expect(clock.now()).toBe(1_025);
  expect(clock.pending).toBe(1);
  expect(clock.nextAt).toBe(1_030);
});

test('advanceToNext fires one timer and says when there is none', () => {
  const { clock, log, set } = clockWithLog();
  set('a', 10);
  set('b', 10);
  expect(clock.advanceToNext()).toBe(true);
  expect(log).toEqual(['a@1010']);
  expect(clock.advanceToNext()).toBe(true);
  expect(clock.advanceToNext()).toBe(false);
  expect(clock.now()).toBe(1_010);
});

test('an instant in the past calls back at the next move, never inside at()', () => {
  const { clock, log, set } = clockWithLog();
  set('past', -500);
  expect(log).toEqual([]);
  clock.advance(0);
  expect(log).toEqual(['past@1000']);
});

test('a timer that is set while the clock moves fires in the same move when it is due', () => {
  const { clock, log, set } = clockWithLog();
  clock.at(instant(1_010), () => set('inner', 5));
  clock.advance(20);
  expect(log).toEqual(['inner@1015']);
});

test('a cancelled timer does not fire, and cancelling twice or late does nothing', () => {
  const { clock, log, set } = clockWithLog();
  const first = set('a', 10);
  const second = set('b', 20);
  first.cancel();
  first.cancel();
  expect(clock.pending).toBe(1);
  expect(clock.nextAt).toBe(1_020);
  clock.advance(30);
  second.cancel();
  expect(log).toEqual(['b@1020']);
  expect(clock.pending).toBe(0);
});

test('ties fire in the order set, or as the tie breaker decides', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const orderWith = (tieBreak?: () => number): string => {
    const { clock, log, set } = clockWithLog(tieBreak);
    for (const name of names) set(name, 10);
    clock.advance(10);
    return log.map((entry) => entry.charAt(0)).join('');
  };
  expect(orderWith()).toBe('abcdefgh');
  const bySeed = new Set([1, 2, 3, 4, 5].map((seed) => orderWith(seededRandom(seed).next)));
  expect(bySeed.size).toBeGreaterThan(1);
  expect(orderWith(seededRandom(7).next)).toBe(orderWith(seededRandom(7).next));
});

test('keeps the order of thousands of timers set and cancelled at random', () => {
  const random = seededRandom(11);
  const clock = new VirtualClock({ startMs: 0 });
  const fired: number[] = [];
  const expected: number[] = [];
  for (let index = 0; index < 5_000; index += 1) {
    const at = random.int(1_000);
    const timer = clock.at(instant(at), () => fired.push(clock.now()));
    if (random.next() < 0.3) timer.cancel();
    else expected.push(at);
  }
  clock.advance(1_000);
  expect(fired).toEqual(expected.sort((a, b) => a - b));
});
