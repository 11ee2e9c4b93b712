import type { JsonObject } from 'tau-core';

/**
 * A schedule as data: what to start, and when. One run of it is one schedule, for as long as it lasts. Plain JSON, read by
 * `scheduleLanguage.parse`, which checks all of it; `ScheduledStart.schedule` of other languages is one too.
 *
 * The least: `{ "name": "nightly", "start": { "definition": "report" }, "when": [{ "cron": "0 3 * * *", "zone": "Europe/Berlin" }] }`.
 *
 * Its *occurrences* are all instants that a rule of `when` names, less those that the calendar takes out, within `from` and
 * `until`. An instant that several rules name is one occurrence.
 */
export interface ScheduleDefinition {
  /** Version of this shape; may be left out in a text. */
  readonly format?: 1;
  /** 1 to 100 characters. */
  readonly name: string;
  readonly description?: string;
  /**
   * Names the schedule in the keys of what it starts; default the id of its run. Two runs with the same id start each
   * occurrence once between them: so say it when a schedule is to be replaced by a newer one. It is the host that remembers
   * keys, and only as far as its own memory goes: the kernel in its journal; the local runner in its store, and without one
   * until the process ends at most. Triggers are each one's own. 1 to 100 characters.
   */
  readonly id?: string;
  readonly start: ScheduledRun;
  /** 1 to 32 rules; any combination. */
  readonly when: readonly ScheduleRule[];
  /** IANA time zone of cron rules and of the calendar's days, where they name none; default `UTC`. */
  readonly zone?: string;
  readonly calendar?: ScheduleCalendar;
  /**
   * An occurrence starts up to this many milliseconds late, how many follows from the schedule's id and the occurrence: the
   * same at each replay, spread over schedules. None overtakes the one before it. Its own instant, which keys and events have,
   * stays what it is. At most a day.
   */
  readonly jitterMs?: number;
  /** What an occurrence does while the run of an earlier one has not ended; default `skip`. */
  readonly overlap?: OverlapPolicy;
  /** How many wait under `buffer-all`; more are skipped. 1 to 1,000; default 100. */
  readonly bufferMax?: number;
  /** How many starts or runs are under way at once; more wait, within the catch-up window. 1 to 1,000; default 100. */
  readonly runningMax?: number;
  /**
   * What comes later than this, because the host was away or `runningMax` was reached, is not made up but counted as missed.
   * 0 makes up nothing that is late by more than a second. Default one hour, at most 366 days.
   */
  readonly catchUpWindowMs?: number;
  /** No occurrence before this instant, or after that one: RFC 3339 with an offset, e.g. `2026-03-01T09:00:00+01:00`. */
  readonly from?: string;
  readonly until?: string;
  /** After so many occurrences, those that were skipped or missed included, there are no more. Backfills and triggers do not count. */
  readonly occurrencesMax?: number;
  /** Begins paused. */
  readonly paused?: boolean;
  /** Pauses when a run of it fails; what is buffered stays. */
  readonly pauseOnFailure?: boolean;
}

/** What each occurrence starts: the input of the host's `run:start@v1`. */
export interface ScheduledRun {
  /** Name of a definition that the host has. */
  readonly definition: string;
  readonly input?: JsonObject;
  /**
   * The event that the run is triggered by; default `tau.schedule.occurred` with the data
   * `{"schedule": <name>, "at": <the occurrence, RFC 3339>, "cause": "time" | "backfill" | "trigger"}`.
   * Its id, source and time are the occurrence's.
   */
  readonly event?: ScheduledEvent;
  /** The session to start it in; default the schedule's own. */
  readonly sessionId?: string;
  /** How long its run may take where it is waited for; absent takes the host's limit. */
  readonly timeoutMs?: number;
}

export interface ScheduledEvent {
  readonly type: string;
  /** The body as text; default as above. */
  readonly data?: string;
  readonly subject?: string;
  readonly source?: string;
}

/**
 * - `skip`: the occurrence is left out.
 * - `buffer-one`: one waits for the end of what runs; further ones are left out.
 * - `buffer-all`: up to `bufferMax` wait, and run one after another.
 * - `cancel-previous`: what runs is withdrawn, and the occurrence starts at once.
 * - `allow`: it starts, whatever runs; nobody waits for the end.
 */
export type OverlapPolicy = 'skip' | 'buffer-one' | 'buffer-all' | 'cancel-previous' | 'allow';

export type ScheduleRule = CronRule | IntervalRule | InstantRule;

/**
 * Cron: `minute hour day month weekday`, or six fields with seconds first. Lists, ranges, steps, names (`MON-FRI`, `JAN`), and
 * `L` (last day, or `5L` the last Friday), `5#2` (second Friday), `15W` (working day nearest to the 15th), `LW`; days of the month
 * and of the week are alternatives when both are given, and conditions together with `+` before the weekdays.
 *
 * Daylight saving: a fixed time (seconds, minutes and hours one value each) that the clocks jump over comes at the instant of
 * the jump, unless they jump over its whole day; one that they show twice comes the first time. Other patterns follow the clock:
 * nothing in a gap, both times in an overlap.
 */
export interface CronRule {
  readonly cron: string;
  readonly zone?: string;
}

/** Every so many milliseconds, 1,000 at least, counted from `anchor` (RFC 3339), default the start of 1970 in UTC. No time zone matters. */
export interface IntervalRule {
  readonly everyMs: number;
  readonly anchor?: string;
}

/** Once: RFC 3339 with an offset. */
export interface InstantRule {
  readonly at: string;
}

/** Which days count, by the dates of the calendar's zone. */
export interface ScheduleCalendar {
  /** Default the schedule's zone. */
  readonly zone?: string;
  /** Days of the week that count; default all seven. */
  readonly workingDays?: readonly Weekday[];
  /** Days that do not count. */
  readonly holidays?: readonly DayRule[];
  /** More that does not count: days, or the minutes (seconds) that a cron pattern names. */
  readonly exclude?: readonly (DayRule | { readonly cron: string })[];
  /** Days that count all the same: it wins over working days, holidays and excluded days, not over excluded times. */
  readonly include?: readonly DayRule[];
  /**
   * What an occurrence on a day that does not count does: `skip` (the default), or come at the same time of the `next-working-day`
   * (`previous-working-day`). At most 31 days away; only with rules that come at most 96 times a day.
   */
  readonly onFreeDay?: 'skip' | 'next-working-day' | 'previous-working-day';
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A date (`2026-12-24`), a day of each year (`12-24`), or all days from one date to another, both included. */
export type DayRule = string | { readonly from: string; readonly to: string };

/** What a running schedule is told by `message`: its `content`. What has another shape is noted as refused, and changes nothing. */
export type ScheduleMessage =
  /** Nothing occurs until it is resumed; what runs goes on. Backfills and triggers are served all the same. */
  | { readonly op: 'pause'; readonly reason?: string }
  /** What occurred meanwhile is skipped, or, with `makeUp`, made up as far as the catch-up window goes. */
  | { readonly op: 'resume'; readonly makeUp?: boolean }
  /**
   * Starts what occurs from `from` to `until` (both included, RFC 3339), in order, whether it is past or to come. An occurrence
   * that has been started keeps its key, so a host starts it no second time as long as it remembers that key; with `again`, a word of your choice, it is another
   * one. `overlap` is that of these occurrences; default `buffer-all`.
   */
  | {
      readonly op: 'backfill';
      readonly from: string;
      readonly until: string;
      readonly overlap?: OverlapPolicy;
      readonly again?: string;
    }
  /** One now. `overlap` is that of this one; default the schedule's. */
  | { readonly op: 'trigger'; readonly overlap?: OverlapPolicy };
