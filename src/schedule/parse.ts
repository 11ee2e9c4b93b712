import { instant, isJsonObject, type Json, type JsonObject, type Parsed } from 'tau-core';
import { JsonReading } from '../json/json-reading.js';
import { type JsonPath, readPlacedJson } from '../json/placed-json.js';
import { isDayText } from './calendar.js';
import { CronTime, isZone } from './calendar-time.js';
import { MS_OF_DAY, parseDate, parseInstant } from './civil-time.js';
import type { ScheduleDefinition, ScheduleRule } from './definition.js';
import { OVERLAP_POLICIES } from './message.js';
import { rulePlan } from './plan.js';

export const RULES_MAX = 32;
export const DAY_RULES_MAX = 1_000;
export const INTERVAL_MS_MIN = 1_000;
/** More often a day cannot move to other days: what moves at once must stay few. */
export const MOVED_TIMES_A_DAY_MAX = 96;

const RULE = 'a rule of "when" has one of "cron" (and "zone"), "everyMs" (and "anchor"), "at"';
const WEEKDAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const INSTANT_EXAMPLE = 'write an instant with its offset, such as "2026-03-01T09:00:00+01:00"';

/** Reads a schedule's JSON. Pure, and total: whatever the text, the answer is a definition or at least one diagnostic. */
export function parseSchedule(source: string, file: string): Parsed<ScheduleDefinition> {
  const json = readPlacedJson(source);
  if (!('value' in json)) return { ok: false, diagnostics: [{ file, ...json.position, message: json.message }] };
  const reading = new JsonReading(json, file);
  checkSchedule(reading, json.value);
  const diagnostics = reading.list();
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const { value } = json;
  return { ok: true, definition: { format: 1, ...(value as unknown as ScheduleDefinition) } };
}

function checkSchedule(reading: JsonReading, value: Json): void {
  const schedule = reading.object(value, [], {
    what: 'a schedule',
    required: ['name', 'start', 'when'],
    optional: [
      ...['format', 'description', 'id', 'zone', 'calendar', 'jitterMs', 'overlap', 'bufferMax', 'runningMax'],
      ...['catchUpWindowMs', 'from', 'until', 'occurrencesMax', 'paused', 'pauseOnFailure'],
    ],
  });
  if (schedule === undefined) return;
  reading.oneOf(schedule['format'], ['format'], [1]);
  reading.text(schedule['name'], ['name'], 100);
  reading.text(schedule['description'], ['description']);
  reading.text(schedule['id'], ['id'], 100);
  checkZone(reading, schedule['zone'], ['zone']);
  reading.whole(schedule['jitterMs'], ['jitterMs'], { min: 0, max: MS_OF_DAY });
  reading.oneOf(schedule['overlap'], ['overlap'], OVERLAP_POLICIES);
  reading.whole(schedule['bufferMax'], ['bufferMax'], { min: 1, max: 1_000 });
  reading.whole(schedule['runningMax'], ['runningMax'], { min: 1, max: 1_000 });
  reading.whole(schedule['catchUpWindowMs'], ['catchUpWindowMs'], { min: 0, max: 366 * MS_OF_DAY });
  reading.whole(schedule['occurrencesMax'], ['occurrencesMax'], { min: 1, max: Number.MAX_SAFE_INTEGER });
  reading.flag(schedule['paused'], ['paused']);
  reading.flag(schedule['pauseOnFailure'], ['pauseOnFailure']);
  checkSpan(reading, schedule);
  if (schedule['start'] !== undefined) checkStart(reading, schedule['start']);
  const zone = typeof schedule['zone'] === 'string' && isZone(schedule['zone']) ? schedule['zone'] : 'UTC';
  const timesADay = reading
    .items(schedule['when'], ['when'], { min: 1, max: RULES_MAX })
    .map(({ item, path }) => checkRule(reading, item, path, zone));
  if (schedule['calendar'] !== undefined) checkCalendar(reading, schedule['calendar'], zone, timesADay);
}

function checkSpan(reading: JsonReading, { from, until }: JsonObject): void {
  const first = checkInstant(reading, from, ['from']);
  const last = checkInstant(reading, until, ['until']);
  if (first !== undefined && last !== undefined && last < first) reading.wrong(['until'], 'this is before "from"');
}

function checkStart(reading: JsonReading, value: Json): void {
  const start = reading.object(value, ['start'], {
    what: '"start"',
    required: ['definition'],
    optional: ['input', 'event', 'sessionId', 'timeoutMs'],
  });
  if (start === undefined) return;
  reading.text(start['definition'], ['start', 'definition'], 500);
  reading.text(start['sessionId'], ['start', 'sessionId'], 200);
  reading.whole(start['timeoutMs'], ['start', 'timeoutMs'], { min: 1, max: Number.MAX_SAFE_INTEGER });
  if (start['input'] !== undefined && !isJsonObject(start['input'])) {
    reading.wrong(['start', 'input'], 'write an object');
  }
  if (start['event'] === undefined) return;
  const event = reading.object(start['event'], ['start', 'event'], {
    what: 'the event',
    required: ['type'],
    optional: ['data', 'subject', 'source'],
  });
  for (const name of ['type', 'subject', 'source']) reading.text(event?.[name], ['start', 'event', name], 500);
  if (event?.['data'] !== undefined && typeof event['data'] !== 'string') {
    reading.wrong(['start', 'event', 'data'], 'write the body as a text, e.g. "{}"');
  }
}

/** At most how often a day it comes; 0 where it is none. */
function checkRule(reading: JsonReading, value: Json, path: JsonPath, zone: string): number {
  if (!isJsonObject(value)) return reading.wrong(path, RULE) ?? 0;
  const kind = ['cron', 'everyMs', 'at'].find((name) => Object.hasOwn(value, name));
  if (kind === undefined) return reading.wrong(path, RULE) ?? 0;
  const optional = kind === 'cron' ? ['zone'] : kind === 'everyMs' ? ['anchor'] : [];
  reading.object(value, path, { what: `a rule with "${kind}"`, required: [kind], optional });
  if (kind === 'cron') {
    if (!checkZone(reading, value['zone'], [...path, 'zone'])) return 0;
    return checkCron(
      reading,
      value['cron'],
      [...path, 'cron'],
      typeof value['zone'] === 'string' ? value['zone'] : zone,
    );
  }
  if (kind === 'at') {
    if (value['at'] !== undefined) checkInstant(reading, value['at'], [...path, 'at']);
    return 1;
  }
  reading.whole(value['everyMs'], [...path, 'everyMs'], { min: INTERVAL_MS_MIN, max: 366 * MS_OF_DAY });
  checkInstant(reading, value['anchor'], [...path, 'anchor']);
  return typeof value['everyMs'] === 'number' && value['everyMs'] > 0
    ? rulePlan(value as unknown as ScheduleRule, zone).timesADay
    : 0;
}

function checkCron(reading: JsonReading, value: Json | undefined, path: JsonPath, zone: string): number {
  if (typeof value !== 'string') return reading.wrong(path, 'write a pattern such as "0 9 * * MON-FRI"') ?? 0;
  try {
    const time = new CronTime(value, zone);
    // Leap days are at most eight years apart: a pattern that does not come from 1970 on never does.
    if (time.next(instant(0)) === undefined) {
      reading.wrong(path, `"${value}" never comes: no month has such a day`);
    }
    return time.timesADay;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, '') : String(thrown);
    return reading.wrong(path, `"${value}" is no cron pattern: ${why}`) ?? 0;
  }
}

function checkCalendar(reading: JsonReading, value: Json, zone: string, timesADay: readonly number[]): void {
  const calendar = reading.object(value, ['calendar'], {
    what: 'a calendar',
    optional: ['zone', 'workingDays', 'holidays', 'exclude', 'include', 'onFreeDay'],
  });
  if (calendar === undefined) return;
  const hasZone = checkZone(reading, calendar['zone'], ['calendar', 'zone']);
  const own = hasZone && typeof calendar['zone'] === 'string' ? calendar['zone'] : zone;
  for (const { item, path } of reading.items(calendar['workingDays'], ['calendar', 'workingDays'], {
    min: 1,
    max: 7,
  })) {
    reading.oneOf(item, path, WEEKDAYS);
  }
  for (const name of ['holidays', 'exclude', 'include']) {
    for (const { item, path } of reading.items(calendar[name], ['calendar', name], { min: 0, max: DAY_RULES_MAX })) {
      if (name === 'exclude' && isJsonObject(item) && Object.hasOwn(item, 'cron')) {
        reading.object(item, path, { what: 'a time to exclude', required: ['cron'] });
        checkCron(reading, item['cron'], [...path, 'cron'], own);
      } else checkDay(reading, item, path);
    }
  }
  const moves = ['next-working-day', 'previous-working-day'];
  reading.oneOf(calendar['onFreeDay'], ['calendar', 'onFreeDay'], ['skip', ...moves]);
  const often = timesADay.findIndex((times) => times > MOVED_TIMES_A_DAY_MAX);
  if (often >= 0 && moves.includes(String(calendar['onFreeDay']))) {
    reading.wrong(
      ['when', often],
      `this comes more than ${MOVED_TIMES_A_DAY_MAX} times a day, so it cannot move to other days: use "onFreeDay": "skip"`,
    );
  }
}

function checkDay(reading: JsonReading, item: Json, path: JsonPath): void {
  if (typeof item === 'string') {
    if (!isDayText(item)) reading.wrong(path, 'write a date such as "2026-12-24", or "12-24" for each year');
    return;
  }
  const span = reading.object(item, path, { what: 'a span of days', required: ['from', 'to'] });
  if (span === undefined) return;
  const [from, to] = [span['from'], span['to']].map((day) => (typeof day === 'string' ? parseDate(day) : undefined));
  if (from === undefined || to === undefined || to < from) {
    reading.wrong(path, 'write two dates in their order, {"from": "2026-12-24", "to": "2027-01-01"}');
  }
}

function checkZone(reading: JsonReading, value: Json | undefined, path: JsonPath): boolean {
  if (value === undefined || (typeof value === 'string' && isZone(value))) return true;
  reading.wrong(path, `${JSON.stringify(value)} is no time zone: write an IANA name such as "Europe/Berlin" or "UTC"`);
  return false;
}

function checkInstant(reading: JsonReading, value: Json | undefined, path: JsonPath): number | undefined {
  if (value === undefined) return undefined;
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  if (at === undefined) reading.wrong(path, INSTANT_EXAMPLE);
  return at;
}
