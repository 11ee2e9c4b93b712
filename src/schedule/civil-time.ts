import { type Instant, instant } from 'tau-core';
import type { Weekday } from './definition.js';

export const MS_OF_DAY = 86_400_000;
/** The year 3000 in UTC: croner looks no further, and neither do other rules. */
export const HORIZON = 32_503_680_000_000;

/** A date of the Gregorian calendar, as the number of its day: 1970-01-01 is 0. */
export type CivilDate = number & { readonly __civilDate: never };

const WEEKDAYS: readonly Weekday[] = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'];

/** Months and days count from 1. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`. */
export function civilOf(year: number, month: number, day: number): CivilDate {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) as CivilDate;
}

/** Year, month and day of a date; the same source's `civil_from_days`. */
export function fieldsOf(date: CivilDate): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = date + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

export function dayAfter(date: CivilDate, days: number): CivilDate {
  return (date + days) as CivilDate;
}

export function weekdayOf(date: CivilDate): Weekday {
  return WEEKDAYS[((date % 7) + 7) % 7] ?? 'thu';
}

/** Midnight of a date, by UTC. */
export function utcOf(date: CivilDate): number {
  return date * MS_OF_DAY;
}

/** A date as `2026-03-29`. */
export function dateText(date: CivilDate): string {
  const { year, month, day } = fieldsOf(date);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** An instant as RFC 3339 in UTC, with milliseconds only where there are some. */
export function instantText(at: Instant): string {
  const date = Math.floor(at / MS_OF_DAY) as CivilDate;
  const ms = at - date * MS_OF_DAY;
  const [hour, minute, second] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  const fraction = ms % 1_000 === 0 ? '' : `.${digits(ms % 1_000, 3)}`;
  return `${dateText(date)}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}${fraction}Z`;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** `2026-03-29` as a date; undefined when there is no such day. */
export function parseDate(text: string): CivilDate | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = civilOf(Number(year), Number(month), Number(day));
  return dateText(date) === text ? date : undefined;
}

/** RFC 3339 with an offset as an instant, cut to milliseconds; undefined for anything else, and before 1970. */
export function parseInstant(text: string): Instant | undefined {
  const [, day = '', hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] =
    INSTANT.exec(text) ?? [];
  const date = parseDate(day);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  const ms =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  const at = utcOf(date) + ms - offset;
  return at < 0 ? undefined : instant(at);
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
