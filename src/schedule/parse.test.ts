import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleLanguage } from './language.js';

const FINE = { name: 'x', start: { definition: 'y' }, when: [{ cron: '0 9 * * *' }] };

function messages(value: unknown): readonly string[] {
  const parsed = scheduleLanguage.parse(typeof value === 'string' ? value : JSON.stringify(value, null, 2), 'x.json');
  return parsed.ok ? [] : parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('a definition reads back as itself', () => {
  const parsed = scheduleLanguage.parse(JSON.stringify(FINE), 'x.json');
  expect(parsed).toEqual({ ok: true, definition: { format: 1, ...FINE } });
  if (parsed.ok) expect(scheduleLanguage.parse(JSON.stringify(parsed.definition), 'y.json')).toEqual(parsed);
});

describe('what is wrong is said with its place and what to write', () => {
  test.each<[unknown, string]>([
    ['', '1:1 the text ends here, where a value was expected: write the definition, or what is missing of it'],
    [
      '{\n  "name": "x",\n}',
      '3:1 the name of a member was expected: write it in double quotes, or remove the comma before it',
    ],
    ['{"name": "x", "name": "y"}', '1:15 "name" is there twice: rename or remove one of them'],
    ['{"name": tru}', '1:10 "tru" is no value: write texts in double quotes'],
    ['[1 2]', '1:4 "," or "]" was expected: write a comma between items, or close the list'],
    ['{} x', '1:4 nothing may stand behind the definition: remove this'],
    ['"a\nb"', '1:3 a text ends on its line'],
    [`${'['.repeat(5_000)}`, '1:129 JSON may be nested 128 levels deep: flatten this'],
    [7, '1:1 a schedule is an object with name, start, when'],
    [{ ...FINE, nmae: 1 }, '11:11 nmae: a schedule has no "nmae"; it has name'],
    [{ name: 'x', when: FINE.when }, '1:1 a schedule needs "start"'],
    [{ ...FINE, when: [] }, '6:11 when: write a list of 1 to 32'],
    [{ ...FINE, when: [{}] }, '7:5 when[0]: a rule of "when" has one of "cron"'],
    [{ ...FINE, when: [{ cron: '99 * * * *' }] }, '8:15 when[0].cron: "99 * * * *" is no cron pattern: Invalid value'],
    [{ ...FINE, when: [{ cron: '0 0 30 2 *' }] }, '8:15 when[0].cron: "0 0 30 2 *" never comes'],
    [{ ...FINE, when: [{ cron: '0 9 * * *', zone: 'Mars/Base' }] }, '9:15 when[0].zone: "Mars/Base" is no time zone'],
    [
      { ...FINE, when: [{ cron: '0 9 * * *', everyMs: 5 }] },
      '9:18 when[0].everyMs: a rule with "cron" has no "everyMs"',
    ],
    [{ ...FINE, when: [{ everyMs: 10 }] }, '8:18 when[0].everyMs: write a whole number from 1000'],
    [{ ...FINE, when: [{ at: '2026-03-01T09:00:00' }] }, '8:13 when[0].at: write an instant with its offset'],
    [{ ...FINE, overlap: 'queue' }, '11:14 overlap: write "skip", "buffer-one"'],
    [{ ...FINE, zone: '+01:00' }, '11:11 zone: "+01:00" is no time zone'],
    [{ ...FINE, jitterMs: -1 }, '11:15 jitterMs: write a whole number from 0 to 86400000'],
    [{ ...FINE, from: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' }, '12:12 until: this is before "from"'],
    [{ ...FINE, start: { definition: 'y', input: [] } }, '5:14 start.input: write an object'],
    [{ ...FINE, start: { definition: 'y', event: { data: 1 } } }, '5:14 start.event: the event needs "type"'],
    [{ ...FINE, calendar: { workingDays: ['Monday'] } }, '13:7 calendar.workingDays[0]: write "mon"'],
    [{ ...FINE, calendar: { holidays: ['2026-02-30'] } }, '13:7 calendar.holidays[0]: write a date'],
    [
      { ...FINE, calendar: { include: [{ from: '2026-03-02', to: '2026-03-01' }] } },
      '13:7 calendar.include[0]: write two dates',
    ],
    [{ ...FINE, calendar: { exclude: [{ cron: 'x' }] } }, '14:17 calendar.exclude[0].cron: "x" is no cron pattern'],
    [
      { ...FINE, when: [{ everyMs: 60_000 }], calendar: { onFreeDay: 'next-working-day' } },
      '7:5 when[0]: this comes more than 96 times',
    ],
  ])('%j', (value, expected) => {
    const found = messages(value);
    expect(
      found.some((message) => message.startsWith(expected)),
      found.join('\n'),
    ).toBe(true);
  });
});

test('any text and any JSON is read or refused, never thrown at', () => {
  const ok = JSON.stringify(FINE);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.nat(ok.length).chain((cut) => fc.string().map((text) => ok.slice(0, cut) + text + ok.slice(cut + 1))),
      ),
      (text) => {
        const parsed = scheduleLanguage.parse(text, 'x.json');
        if (!parsed.ok) expect(parsed.diagnostics.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'small' }), (text) => {
      const parsed = scheduleLanguage.parse(
        `{"name":"x","start":{"definition":"d","input":{"v":${text}}},"when":[{"everyMs":1000}]}`,
        'x.json',
      );
      const twice = /"[^"]*":.*"[^"]*":/.test(text);
      if (!parsed.ok) expect(twice, JSON.stringify(parsed.diagnostics)).toBe(true);
      else
        expect(JSON.stringify(parsed.definition.start.input?.['v'])).toBe(
          JSON.stringify(JSON.parse(text)).replaceAll(/-0(?![.\d])/g, '0'),
        );
    }),
  );
});

test('nothing starts a schedule but somebody, and it takes no inputs', () => {
  const parsed = scheduleLanguage.parse(JSON.stringify(FINE), 'x.json');
  if (!parsed.ok) throw new Error('refused');
  expect(scheduleLanguage.triggers(parsed.definition)).toEqual([]);
  expect(scheduleLanguage.matches(parsed.definition, { id: '1', source: 's', type: 'x', data: '' })).toBe(false);
  expect(scheduleLanguage.checkInput(parsed.definition, {}).ok).toBe(true);
  expect(scheduleLanguage.checkInput(parsed.definition, { a: 1 }).ok).toBe(false);
});
