import { describe, expect, test } from 'vitest';
import { durationText, parseDuration } from './duration.js';

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['0.001s', 1],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '-5s', '5 m', '5min', '0s', '0.1ms', '1e3s', '1,5h'])(
    '"%s" is refused with examples',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        /is no duration: use a number and a unit, such as 250ms, 30s, 5m or 1h/,
      );
    },
  );
});

test.each([
  [0, '0 ms'],
  [41.4, '41 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [1_234, '1.2 s'],
  [90_000, '1.5 m'],
  [3_600_000, '1 h'],
  [172_800_000, '2 d'],
])('%d ms are shown as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
