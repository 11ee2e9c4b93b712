import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant, later } from '../vocabulary/instant.js';
import { systemClock } from './system-clock.js';
import { systemRandom } from './system-random.js';

describe('with the timers of a test', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('calls back once, at its instant', () => {
    const callback = vi.fn();
    systemClock.at(later(systemClock.now(), 100), callback);
    vi.advanceTimersByTime(99);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(1000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('waits on when the wall clock was set back', () => {
    const callback = vi.fn();
    systemClock.at(instant(1_000_100), callback);
    vi.setSystemTime(999_950);
    vi.advanceTimersByTime(100);
    expect([callback.mock.calls.length, Date.now()]).toStrictEqual([0, 1_000_050]);
    vi.advanceTimersByTime(50);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test("waits longer than one of Node's timers can", () => {
    const callback = vi.fn();
    const waitMs = 3 * 2 ** 31;
    systemClock.at(later(systemClock.now(), waitMs), callback);
    vi.advanceTimersByTime(waitMs - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('calls back soon, not at once, for an instant in the past', () => {
    const callback = vi.fn();
    systemClock.at(instant(5), callback);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('does not call back once it was cancelled, before or between two sleeps', () => {
    const callback = vi.fn();
    systemClock.at(later(systemClock.now(), 10), callback).cancel();
    const long = systemClock.at(later(systemClock.now(), 2 ** 32), callback);
    vi.advanceTimersByTime(2 ** 31);
    long.cancel();
    vi.advanceTimersByTime(2 ** 32);
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('no real timer is early', async () => {
  const lateness = await Promise.all(
    Array.from({ length: 300 }, (_, index) => {
      const at = later(systemClock.now(), index % 40);
      return new Promise<number>((resolve) => {
        systemClock.at(at, () => resolve(systemClock.now() - at));
      });
    }),
  );
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
});

test('randomness is as long as asked, and no two are one', () => {
  const drawn = Array.from({ length: 100 }, () => systemRandom.hex(16));
  expect(drawn.every((hex) => /^[0-9a-f]{32}$/.test(hex))).toBe(true);
  expect(new Set(drawn).size).toBe(100);
});
