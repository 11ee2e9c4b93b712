import { Cron, CronDate } from 'croner';
import { type Instant, instant } from 'tau-core';
import { type CivilDate, civilOf, HORIZON, instantText, MS_OF_DAY, utcOf } from './civil-time.js';

/*
 * All that TAU knows of time zones and cron. Nothing here reads the clock: every question names its instant, as text in UTC,
 * so that croner and the zone data of the host only ever compute. Text with another zone, or none, must not reach croner: it
 * would be read by the zone of the host.
 */

/** A cron pattern in a time zone. */
export class CronTime {
  /** How often it comes in a day that it comes at all. */
  readonly timesADay: number;
  readonly #cron: Cron;
  /** What it tells apart: a minute, or a second. */
  readonly #unitMs: number;
  /** The last answer of `names`: whole stretches ask for the same minute. */
  #asked: { readonly from: Instant; readonly isNamed: boolean } | undefined;

  /** @throws Error when the pattern is none, or the zone is unknown. */
  constructor(pattern: string, zone: string) {
    if (!/^[-\dA-Za-z*/,#+?@ \t]{1,200}$/.test(pattern)) throw new Error('a pattern has five or six fields');
    this.#cron = new Cron(pattern, { timezone: zone, mode: '5-or-6-parts', paused: true });
    this.timesADay = timesADay(pattern.trim());
    this.#unitMs = pattern.trim().split(/\s+/).length === 6 ? 1_000 : 60_000;
  }

  /** The first instant after `after`; undefined when there is none before the year 3000. */
  next(after: Instant): Instant | undefined {
    if (after >= HORIZON) return undefined;
    const next = this.#cron.nextRun(instantText(after))?.getTime();
    return next === undefined || next <= after ? undefined : instant(next);
  }

  /** Whether the minute of that instant, or its second where the pattern names seconds, is one of the pattern. */
  names(at: Instant): boolean {
    const from = instant(at - (at % this.#unitMs));
    if (this.#asked?.from !== from) this.#asked = { from, isNamed: this.#cron.match(instantText(from)) };
    return this.#asked.isNamed;
  }
}

/** Whether the host's zone data has it. */
export function isZone(zone: string): boolean {
  try {
    // A colon would be an offset of ISO 8601, which has no daylight saving and no name.
    return /^[A-Za-z][\w+/-]{0,63}$/.test(zone) && new CronDate(instantText(instant(0)), zone).getTime() === 0;
  } catch {
    return false;
  }
}

/** What calendars and clocks of a zone show at an instant: a date, and the milliseconds since its midnight by the clock. */
export interface WallTime {
  readonly date: CivilDate;
  readonly msOfDay: number;
}

export function wallTime(at: Instant, zone: string): WallTime {
  const { year, month, day, hour, minute, second } = new CronDate(instantText(at), zone);
  const msOfDay = ((hour * 60 + minute) * 60 + second) * 1_000 + (at % 1_000);
  return { date: civilOf(year, month + 1, day), msOfDay };
}

/**
 * The instant at which the clocks of a zone show that; the first, where they show it twice; where they jump over it, the
 * instant of the jump.
 */
export function instantOf(wall: WallTime, zone: string): Instant {
  const shown = utcOf(wall.date) + wall.msOfDay;
  // Offsets a day before and after: no zone changes its clocks twice within that.
  const before = shown - offsetMs(shown - MS_OF_DAY, zone);
  const after = shown - offsetMs(shown + MS_OF_DAY, zone);
  for (const guess of before <= after ? [before, after] : [after, before]) {
    if (guess + offsetMs(guess, zone) === shown) return instant(guess);
  }
  return jumpWithin(Math.min(before, after), Math.max(before, after), zone);
}

/** The first instant in a span, to the second, at which the offset is the one of its end. */
function jumpWithin(from: number, to: number, zone: string): Instant {
  const last = offsetMs(to, zone);
  let [low, high] = [Math.floor(from / 1_000), Math.ceil(to / 1_000)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * 1_000, zone) === last) high = middle;
    else low = middle + 1;
  }
  return instant(high * 1_000);
}

function offsetMs(at: number, zone: string): number {
  const { date, msOfDay } = wallTime(instant(Math.max(at, 0)), zone);
  return utcOf(date) + msOfDay - Math.max(at, 0);
}

/** Fields multiply; an upper bound is enough, so each counts what it can name at most. */
function timesADay(pattern: string): number {
  if (pattern.startsWith('@')) return pattern === '@hourly' ? 24 : 1;
  const fields = pattern.split(/\s+/);
  const [second = '0', minute = '', hour = ''] = fields.length === 5 ? ['0', ...fields] : fields;
  return namedBy(second, 60) * namedBy(minute, 60) * namedBy(hour, 24);
}

function namedBy(field: string, all: number): number {
  const named = field.split(',').reduce((sum, part) => {
    const [range = '', step = '1'] = part.split('/');
    const [low, high] = range.split('-').map(Number);
    const width = high !== undefined && low !== undefined ? high - low + 1 : range === '*' || range === '?' ? all : 1;
    return sum + (part.includes('/') && width === 1 ? all : Math.ceil(width / Math.max(Number(step), 1)));
  }, 0);
  return Math.min(named, all);
}
