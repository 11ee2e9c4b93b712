import fc from 'fast-check';
import { type Instant, instant } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { instantText, parseInstant } from './civil-time.js';
import type { ScheduleCalendar, ScheduleDefinition, ScheduleRule } from './definition.js';
import { dueOf } from './jitter.js';
import { nextOccurrence } from './occurrences.js';
import { planOf } from './plan.js';

const at = (text: string): Instant => parseInstant(text) ?? instant(0);

function definitionOf(when: readonly ScheduleRule[], more: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return { name: 'x', start: { definition: 'x' }, when, ...more };
}

/** All occurrences in a span, found one after another. */
function allOf(definition: ScheduleDefinition, from: Instant, until: Instant): readonly string[] {
  const found: string[] = [];
  const plan = planOf(definition);
  for (let next = nextOccurrence(plan, instant(from - 1)); next.kind !== 'none' && next.at <= until; ) {
    if (next.kind === 'at') found.push(instantText(next.at));
    next = nextOccurrence(plan, next.at);
  }
  return found;
}

const WORKING: ScheduleCalendar = { workingDays: ['mon', 'tue', 'wed', 'thu', 'fri'] };

describe('calendars', () => {
  const daily = [{ cron: '0 9 * * *', zone: 'Europe/Berlin' }];
  const easter = { ...WORKING, zone: 'Europe/Berlin', holidays: ['2026-04-03', '2026-04-06', '12-25'] };
  const days = (calendar: ScheduleCalendar, from = '2026-04-01', until = '2026-04-08') =>
    allOf(definitionOf(daily, { calendar }), at(`${from}T00:00:00Z`), at(`${until}T23:00:00Z`)).map((text) =>
      text.slice(5, 10),
    );

  test('free days are skipped', () => {
    expect(days(easter)).toEqual(['04-01', '04-02', '04-07', '04-08']);
    expect(days({ ...easter, workingDays: ['mon'] })).toEqual([]);
    expect(days(easter, '2026-12-23', '2026-12-28')).toEqual(['12-23', '12-24', '12-28']);
  });

  test('or move to the next or the previous working day, where several are one', () => {
    expect(days({ ...easter, onFreeDay: 'next-working-day' }, '2026-04-03', '2026-04-08')).toEqual(['04-07', '04-08']);
    expect(days({ ...easter, onFreeDay: 'previous-working-day' })).toEqual(['04-01', '04-02', '04-07', '04-08']);
    const sundays = [{ cron: '0 9 * * SUN' }];
    const moved = (onFreeDay: 'next-working-day' | 'previous-working-day') =>
      allOf(
        definitionOf(sundays, { calendar: { ...easter, onFreeDay } }),
        at('2026-04-01T00:00:00Z'),
        at('2026-04-20T00:00:00Z'),
      );
    expect(moved('next-working-day')).toEqual(['2026-04-07T09:00:00Z', '2026-04-13T09:00:00Z']);
    expect(moved('previous-working-day')).toEqual([
      '2026-04-02T09:00:00Z',
      '2026-04-10T09:00:00Z',
      '2026-04-17T09:00:00Z',
    ]);
  });

  test('what moves keeps its time by the clock when the clocks change on the way', () => {
    const calendar: ScheduleCalendar = { ...WORKING, onFreeDay: 'next-working-day' };
    const found = allOf(
      definitionOf([{ cron: '0 9 * * SAT' }], { calendar, zone: 'Europe/Berlin' }),
      at('2026-03-28T00:00:00Z'),
      at('2026-04-01T00:00:00Z'),
    );
    expect(found).toEqual(['2026-03-30T07:00:00Z']);
  });

  test('what moves to a day before the end counts, though it would have come after it', () => {
    const calendar: ScheduleCalendar = { ...WORKING, onFreeDay: 'previous-working-day' };
    const found = allOf(
      definitionOf([{ cron: '0 9 * * SAT' }], { calendar, until: '2026-03-06T12:00:00Z' }),
      at('2026-03-02T00:00:00Z'),
      at('2026-03-20T00:00:00Z'),
    );
    expect(found).toEqual(['2026-03-06T09:00:00Z']);
  });

  test('what moves may come after what is later by itself', () => {
    const calendar: ScheduleCalendar = { ...WORKING, onFreeDay: 'next-working-day' };
    const found = allOf(
      definitionOf([{ cron: '0 18 * * SAT' }, { cron: '0 9 * * MON' }], { calendar }),
      at('2026-03-07T00:00:00Z'),
      at('2026-03-10T00:00:00Z'),
    );
    expect(found).toEqual(['2026-03-09T09:00:00Z', '2026-03-09T18:00:00Z']);
  });

  test('days and times are excluded, included days win over days', () => {
    const calendar: ScheduleCalendar = {
      ...WORKING,
      exclude: [{ from: '2026-03-03', to: '2026-03-05' }, { cron: '* 12 * * *' }],
      include: ['2026-03-04', '2026-03-07'],
    };
    const found = allOf(
      definitionOf([{ cron: '0 11-13 * * *' }], { calendar }),
      at('2026-03-02T00:00:00Z'),
      at('2026-03-08T23:00:00Z'),
    );
    expect(found.map((text) => text.slice(8, 13))).toEqual([
      '02T11',
      '02T13',
      '04T11',
      '04T13',
      '06T11',
      '06T13',
      '07T11',
      '07T13',
    ]);
  });

  test('a pattern of five fields takes out whole minutes, one of six the seconds that it names', () => {
    const found = (cron: string): readonly string[] =>
      allOf(
        definitionOf([{ everyMs: 20_000 }], { calendar: { exclude: [{ cron }] }, zone: 'Asia/Kathmandu' }),
        at('2026-03-02T11:59:00Z'),
        at('2026-03-02T12:02:00Z'),
      ).map((text) => text.slice(14, 19));
    const all = ['59:00', '59:20', '59:40', '00:00', '00:20', '00:40', '01:00', '01:20', '01:40', '02:00'];
    // 12:00 in UTC is 17:45 there.
    expect(found('45 17 * * *')).toEqual(all.filter((one) => !one.startsWith('00:')));
    expect(found('40 45 17 * * *')).toEqual(all.filter((one) => one !== '00:40'));
  });

  test('a long search stops, and says where to go on', () => {
    const never = planOf(definitionOf([{ everyMs: 1_000 }], { calendar: { exclude: [{ cron: '* * * * * *' }] } }));
    const from = at('2026-03-02T00:00:00Z');
    expect(nextOccurrence(never, from)).toEqual({ kind: 'lookAgain', at: from + 1_000_000 });
    const free = planOf(
      definitionOf([{ everyMs: 1_000 }], { calendar: { exclude: [{ from: '2000-01-01', to: '9999-12-31' }] } }),
    );
    const found = nextOccurrence(free, from);
    expect(found).toEqual({ kind: 'none' });
    for (const onFreeDay of ['next-working-day', 'previous-working-day'] as const) {
      const moving = planOf(
        definitionOf([{ everyMs: 900_000 }], {
          calendar: { exclude: [{ from: '2000-01-01', to: '9999-12-31' }], onFreeDay },
        }),
      );
      const looked = nextOccurrence(moving, from);
      expect(looked.kind === 'lookAgain' && looked.at > from).toBe(true);
    }
  });
});

test('intervals count from their anchor', () => {
  const rule = { everyMs: 420_000, anchor: '2026-03-02T00:03:00Z' };
  expect(allOf(definitionOf([rule]), at('2026-03-01T23:50:00Z'), at('2026-03-02T00:12:00Z'))).toEqual([
    '2026-03-01T23:56:00Z',
    '2026-03-02T00:03:00Z',
    '2026-03-02T00:10:00Z',
  ]);
});

const rule: fc.Arbitrary<ScheduleRule> = fc.oneof(
  fc
    .constantFrom('0 9 * * *', '30 2 * * *', '*/30 2 * * *', '0 18 * * SAT', '15 1,13 * * SUN', '0 0 L * *')
    .chain((cron) =>
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe').map((zone) => ({ cron, zone })),
    ),
  fc.integer({ min: 20_000_000, max: 200_000_000 }).map((everyMs) => ({ everyMs })),
  fc
    .integer({ min: 0, max: 86_400 * 40 })
    .map((s) => ({ at: instantText(instant(at('2026-03-01T00:00:00Z') + s * 1_000)) })),
);
const calendar: fc.Arbitrary<ScheduleCalendar | undefined> = fc.option(
  fc.record({
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York'),
    workingDays: fc.constant(WORKING.workingDays ?? []),
    holidays: fc.subarray(['2026-03-30', '2026-03-31', '2026-04-03', '04-06', '2026-10-26']),
    exclude: fc.constantFrom([], [{ from: '2026-03-26', to: '2026-03-27' }], [{ cron: '* 2 * * *' }]),
    onFreeDay: fc.constantFrom('skip' as const, 'next-working-day' as const, 'previous-working-day' as const),
  }),
  { nil: undefined },
);

test('whatever the rules: occurrences rise, none is there twice, and the search finds the same from anywhere', () => {
  const from = at('2026-03-20T00:00:00Z');
  const until = at('2026-04-12T00:00:00Z');
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), calendar, fc.nat(), (when, days, cut) => {
      const definition = definitionOf(when, days === undefined ? {} : { calendar: days });
      const all = allOf(definition, from, until);
      const rising = all.every((text, index) => index === 0 || at(all[index - 1] ?? '') < at(text));
      expect(rising).toBe(true);
      const middle = instant(from + (cut % (until - from)));
      expect(allOf(definition, middle, until)).toEqual(all.filter((text) => at(text) >= middle));
      // Several rules are their union.
      const union = new Set(when.flatMap((one) => allOf({ ...definition, when: [one] }, from, until)));
      expect(all).toEqual([...union].sort((a, b) => at(a) - at(b)));
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('jitter stays in its bounds, is the same each time, and spreads', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(4e12), fc.integer({ min: 0, max: 86_400_000 }), (id, ms, jitterMs) => {
      const due = dueOf(id, instant(ms), jitterMs);
      expect(due).toBe(dueOf(id, instant(ms), jitterMs));
      expect(due - ms).toBeGreaterThanOrEqual(0);
      expect(due - ms).toBeLessThanOrEqual(jitterMs);
    }),
  );
  const spread = Array.from({ length: 1_000 }, (_, index) => dueOf(`schedule-${index}`, instant(0), 9));
  for (let slot = 0; slot < 10; slot += 1) {
    const here = spread.filter((due) => due === slot).length;
    expect(here).toBeGreaterThan(60);
    expect(here).toBeLessThan(140);
  }
});
