import type { Instant } from 'tau-core';
import { CronTime, instantOf, type WallTime, wallTime } from './calendar-time.js';
import { type CivilDate, dateText, dayAfter, parseDate, weekdayOf } from './civil-time.js';
import type { DayRule, ScheduleCalendar, Weekday } from './definition.js';

/** An occurrence is moved at most that far, and a search for the next day that counts goes on after so many in one step. */
export const FREE_STRETCH_DAYS_MAX = 31;
const DAYS_LOOKED_AT_MAX = 4_000;

/** The days of a schedule: which count, and where an occurrence on another one goes. Immutable. */
export class Calendar {
  readonly zone: string;
  readonly onFreeDay: NonNullable<ScheduleCalendar['onFreeDay']>;
  readonly #working: ReadonlySet<Weekday> | undefined;
  readonly #free: readonly ((date: CivilDate) => boolean)[];
  readonly #included: readonly ((date: CivilDate) => boolean)[];
  readonly #excludedTimes: readonly CronTime[];

  /** The definition must have been checked. */
  constructor(definition: ScheduleCalendar, zone: string) {
    const { workingDays, holidays = [], exclude = [], include = [], onFreeDay = 'skip' } = definition;
    this.zone = definition.zone ?? zone;
    this.onFreeDay = onFreeDay;
    this.#working = workingDays === undefined ? undefined : new Set(workingDays);
    this.#free = [...holidays, ...exclude.filter(isDayRule)].map(dayTest);
    this.#included = include.map(dayTest);
    this.#excludedTimes = exclude.flatMap((rule) => (isDayRule(rule) ? [] : [new CronTime(rule.cron, this.zone)]));
  }

  /** Whether a day counts. */
  counts(date: CivilDate): boolean {
    if (this.#included.some((test) => test(date))) return true;
    return this.#working?.has(weekdayOf(date)) !== false && !this.#free.some((test) => test(date));
  }

  /** Whether the time of an instant is taken out, whatever its day. */
  excludes(at: Instant): boolean {
    return this.#excludedTimes.some((time) => time.names(at));
  }

  /** What the calendar and the clocks of its zone show. */
  wallOf(at: Instant): WallTime {
    return wallTime(at, this.zone);
  }

  /** When a day begins. */
  startOf(date: CivilDate): Instant {
    return instantOf({ date, msOfDay: 0 }, this.zone);
  }

  /** The next day that counts after one that does not, or the last one that was looked at. */
  nextToLookAt(free: CivilDate): CivilDate {
    let date = dayAfter(free, 1);
    for (let days = 1; days < DAYS_LOOKED_AT_MAX && !this.counts(date); days += 1) date = dayAfter(date, 1);
    return date;
  }

  /** The nearest day that counts in a direction, the day itself first; undefined when it is too far away. */
  nearest(date: CivilDate, direction: 1 | -1): CivilDate | undefined {
    for (let days = 0; days <= FREE_STRETCH_DAYS_MAX; days += 1) {
      const candidate = dayAfter(date, days * direction);
      if (this.counts(candidate)) return candidate;
    }
    return undefined;
  }

  /** The first of the free days right before a day, or the day itself: what may move to it begins there. */
  firstMovedTo(date: CivilDate): CivilDate {
    let first = date;
    for (let days = 0; days < FREE_STRETCH_DAYS_MAX; days += 1) {
      const before = dayAfter(first, -1);
      if (this.counts(before)) break;
      first = before;
    }
    return first;
  }

  /** The same time by the clock on another day. */
  sameTimeOn(at: Instant, wall: WallTime, date: CivilDate): Instant {
    return wall.date === date ? at : instantOf({ ...wall, date }, this.zone);
  }
}

const YEARLY = /^(\d{2})-(\d{2})$/;

/** Whether a text is a day rule: a date that there is, or a day of some year. */
export function isDayText(text: string): boolean {
  return parseDate(text) !== undefined || (YEARLY.test(text) && parseDate(`2024-${text}`) !== undefined);
}

function isDayRule(rule: DayRule | { readonly cron: string }): rule is DayRule {
  return typeof rule === 'string' || !('cron' in rule);
}

function dayTest(rule: DayRule): (date: CivilDate) => boolean {
  if (typeof rule === 'string' && YEARLY.test(rule)) return (date) => dateText(date).endsWith(`-${rule}`);
  if (typeof rule === 'string') {
    const day = parseDate(rule);
    return (date) => date === day;
  }
  const from = parseDate(rule.from) ?? 0;
  const to = parseDate(rule.to) ?? -1;
  return (date) => date >= from && date <= to;
}
