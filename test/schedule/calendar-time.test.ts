import { instant } from 'tau-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CronTime, instantOf, isZone, wallTime } from '../../src/schedule/calendar-time.js';
import {
  civilOf,
  dateText,
  fieldsOf,
  instantText,
  parseDate,
  parseInstant,
  weekdayOf,
} from '../../src/schedule/civil-time.js';

const at = (text: string) => instant(Date.parse(text));

function following(pattern: string, zone: string, after: string, count: number): readonly string[] {
  const time = new CronTime(pattern, zone);
  const found: string[] = [];
  let last = at(after);
  for (let index = 0; index < count; index += 1) {
    const next = time.next(last);
    if (next === undefined) break;
    found.push(instantText(next));
    last = next;
  }
  return found;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('clocks that jump forward', () => {
  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00:00Z', ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z']],
    ['America/New_York', '30 2 * * *', '2026-03-07T12:00:00Z', ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z']],
    // Half an hour, from 2:00 to 2:30.
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00:00Z', ['2026-10-03T15:30:00Z', '2026-10-04T15:15:00Z']],
  ])('%s: a fixed time in the gap comes at the jump, once', (zone, pattern, after, expected) => {
    expect(following(pattern, zone, after, 2)).toEqual(expected);
  });

  test('a zone that leaves out a day has nothing on it', () => {
    // Samoa went from 29 to 31 December 2011.
    expect(following('0 12 * * *', 'Pacific/Apia', '2011-12-29T00:00:00Z', 3)).toEqual([
      '2011-12-29T22:00:00Z',
      '2011-12-30T22:00:00Z',
      '2011-12-31T22:00:00Z',
    ]);
    expect(following('0 0 30 12 *', 'Pacific/Apia', '2011-12-01T00:00:00Z', 1)).toEqual(['2012-12-29T10:00:00Z']);
  });

  test('other patterns follow the clock: nothing in the gap', () => {
    expect(following('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-29T01:30:00Z',
    ]);
    expect(following('*/30 2 * * *', 'America/New_York', '2026-03-08T00:00:00Z', 1)).toEqual(['2026-03-09T06:00:00Z']);
  });
});

describe('clocks that are set back', () => {
  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']],
    ['America/New_York', '30 1 * * *', '2026-10-31T12:00:00Z', ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z']],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-04T00:00:00Z', ['2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z']],
  ])('%s: a fixed time that is shown twice comes the first time', (zone, pattern, after, expected) => {
    expect(following(pattern, zone, after, 2)).toEqual(expected);
  });

  test('other patterns come both times', () => {
    expect(following('*/30 2 * * *', 'Europe/Berlin', '2026-10-24T23:40:00Z', 5)).toEqual([
      '2026-10-25T00:00:00Z',
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:00:00Z',
      '2026-10-25T01:30:00Z',
      '2026-10-26T01:00:00Z',
    ]);
  });
});

test('what cron patterns may say: seconds, L, #, W, names, and days that not every year has', () => {
  const from = '2026-01-01T00:00:00Z';
  expect(following('0 0 29 2 *', 'UTC', from, 2)).toEqual(['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']);
  expect(following('0 0 L * *', 'UTC', from, 2)).toEqual(['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z']);
  expect(following('0 0 * * FRI#2', 'UTC', from, 2)).toEqual(['2026-01-09T00:00:00Z', '2026-02-13T00:00:00Z']);
  expect(following('0 0 * * 5L', 'UTC', from, 1)).toEqual(['2026-01-30T00:00:00Z']);
  expect(following('0 0 15W * *', 'UTC', '2026-02-01T00:00:00Z', 1)).toEqual(['2026-02-16T00:00:00Z']);
  expect(following('0 0 LW * *', 'UTC', from, 1)).toEqual(['2026-01-30T00:00:00Z']);
  expect(following('*/20 * * * * *', 'UTC', from, 2)).toEqual(['2026-01-01T00:00:20Z', '2026-01-01T00:00:40Z']);
  expect(following('0 0 30 2 *', 'UTC', from, 1)).toEqual([]);
});

test('the same question has the same answer whatever the clock of the host shows', () => {
  const answers = ['1999-06-01T00:00:00Z', '2026-03-29T00:59:59Z', '2031-01-01T00:00:00Z'].map((now) => {
    vi.useFakeTimers({ now: new Date(now) });
    const wall = wallTime(at('2026-03-29T01:00:00Z'), 'Europe/Berlin');
    return [following('7 */5 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 12), wall, instantOf(wall, 'Asia/Tokyo')];
  });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('a pattern is never a date, which would be read by the zone of the host', () => {
  expect(() => new CronTime('2026-03-01T09:00:00', 'UTC')).toThrow();
  expect(() => new CronTime('* * * * * * *', 'UTC')).toThrow();
});

test('times a day are never counted too low', () => {
  for (const pattern of [
    '0 9 * * *',
    '*/15 * * * *',
    '0 8-17/2 * * *',
    '0,30 9,17 * * *',
    '5-59/20 * * * *',
    '*/7 1 * * * *',
    '0 * * * *',
  ]) {
    const time = new CronTime(pattern, 'UTC');
    let found = 0;
    for (
      let next = time.next(at('2026-06-01T23:59:59Z'));
      next !== undefined && next < at('2026-06-03T00:00:00Z');
      next = time.next(next)
    ) {
      found += 1;
    }
    expect(time.timesADay, pattern).toBeGreaterThanOrEqual(found);
    expect(time.timesADay, pattern).toBeLessThanOrEqual(found * 2);
  }
});

describe('clocks and instants', () => {
  test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'Pacific/Apia'])(
    '%s: an instant that clocks show once comes back',
    (zone) => {
      for (let hour = 0; hour < 9_000; hour += 7) {
        const one = instant(at('2026-01-01T00:20:30.250Z') + hour * 3_600_000);
        const back = instantOf(wallTime(one, zone), zone);
        // Shown twice: the first of the two.
        if (back !== one) expect(wallTime(back, zone), instantText(one)).toEqual(wallTime(one, zone));
        expect(back).toBeLessThanOrEqual(one);
        expect(one - back).toBeLessThanOrEqual(3_600_000);
      }
    },
  );

  test('a time in a gap is the instant of the jump', () => {
    const date = civilOf(2026, 3, 29);
    expect(instantText(instantOf({ date, msOfDay: 2.5 * 3_600_000 }, 'Europe/Berlin'))).toBe('2026-03-29T01:00:00Z');
    const other = { date: civilOf(2026, 10, 4), msOfDay: 2.25 * 3_600_000 };
    expect(instantText(instantOf(other, 'Australia/Lord_Howe'))).toBe('2026-10-03T15:30:00Z');
  });

  test('zones by their names only', () => {
    expect(['Europe/Berlin', 'UTC', 'Etc/GMT+3', 'America/Argentina/Ushuaia'].map(isZone)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['Europe/Atlantis', '', '+01:00', 'x'.repeat(500), 'Local'].map(isZone)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

test('dates are those of the Gregorian calendar', () => {
  for (let day = -200_000; day < 3_000_000; day += 997) {
    const date = new Date(day * 86_400_000);
    const {
      year,
      month,
      day: own,
    } = fieldsOf(civilOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()));
    expect([year, month, own]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
  }
  expect(weekdayOf(civilOf(2026, 3, 29))).toBe('sun');
  expect(weekdayOf(civilOf(1969, 12, 31))).toBe('wed');
  expect(parseDate('2026-02-29')).toBeUndefined();
  expect(dateText(civilOf(2024, 2, 29))).toBe('2024-02-29');
});

test('instants are RFC 3339 with an offset, and nothing else', () => {
  expect(parseInstant('2026-03-01T09:00:00.5+01:30')).toBe(Date.parse('2026-03-01T07:30:00.500Z'));
  expect(instantText(instant(Date.parse('2026-03-01T07:30:00.500Z')))).toBe('2026-03-01T07:30:00.500Z');
  for (const text of [
    '2026-03-01T09:00:00',
    '2026-02-30T09:00:00Z',
    '2026-03-01 09:00:00Z',
    '2026-03-01T24:00:00Z',
    '1960-01-01T00:00:00Z',
    'now',
  ]) {
    expect(parseInstant(text), text).toBeUndefined();
  }
});
