import { type Instant, instant } from 'tau-core';
import { Calendar } from './calendar.js';
import { CronTime } from './calendar-time.js';
import { HORIZON, MS_OF_DAY, parseInstant } from './civil-time.js';
import type { OverlapPolicy, ScheduleDefinition, ScheduleRule } from './definition.js';

/** A rule, ready to be asked. */
export interface RulePlan {
  /** The first instant after `after`; undefined when there is none. */
  next(after: Instant): Instant | undefined;
  /** At most how often it comes in a day. */
  readonly timesADay: number;
}

/** What a definition says, with its defaults and ready to be asked. Never stored. */
export interface SchedulePlan {
  readonly definition: ScheduleDefinition;
  readonly rules: readonly RulePlan[];
  readonly calendar: Calendar | undefined;
  readonly from: Instant;
  readonly until: Instant | undefined;
  readonly jitterMs: number;
  readonly overlap: OverlapPolicy;
  readonly bufferMax: number;
  readonly runningMax: number;
  readonly catchUpWindowMs: number;
  readonly occurrencesMax: number;
}

export const CATCH_UP_WINDOW_MS = 3_600_000;
/** Hosts wake a moment late; that alone is no downtime. */
const LATENESS_ALLOWED_MS = 1_000;

const plans = new WeakMap<ScheduleDefinition, SchedulePlan>();

/** The plan of a definition that `scheduleLanguage.parse` has accepted; made once for each definition object. */
export function planOf(definition: ScheduleDefinition): SchedulePlan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const { zone = 'UTC', calendar, from, until } = definition;
  const plan: SchedulePlan = {
    definition,
    rules: definition.when.map((rule) => rulePlan(rule, zone)),
    calendar: calendar === undefined ? undefined : new Calendar(calendar, zone),
    from: (from === undefined ? undefined : parseInstant(from)) ?? instant(0),
    until: until === undefined ? undefined : parseInstant(until),
    jitterMs: definition.jitterMs ?? 0,
    overlap: definition.overlap ?? 'skip',
    bufferMax: definition.bufferMax ?? 100,
    runningMax: definition.runningMax ?? 100,
    catchUpWindowMs: Math.max(definition.catchUpWindowMs ?? CATCH_UP_WINDOW_MS, LATENESS_ALLOWED_MS),
    occurrencesMax: definition.occurrencesMax ?? Number.POSITIVE_INFINITY,
  };
  plans.set(definition, plan);
  return plan;
}

/** @throws Error when a cron pattern or a zone is none; parsing has made sure of both. */
export function rulePlan(rule: ScheduleRule, zone: string): RulePlan {
  if ('cron' in rule) return new CronTime(rule.cron, rule.zone ?? zone);
  if ('everyMs' in rule) {
    const { everyMs, anchor } = rule;
    const first = ((anchor === undefined ? undefined : parseInstant(anchor)) ?? 0) % everyMs;
    return {
      next: (after) => within(first + (Math.floor((after - first) / everyMs) + 1) * everyMs),
      timesADay: Math.ceil(MS_OF_DAY / everyMs),
    };
  }
  const at = parseInstant(rule.at);
  return { next: (after) => (at !== undefined && at > after ? within(at) : undefined), timesADay: 1 };
}

function within(at: number): Instant | undefined {
  return at < HORIZON ? instant(at) : undefined;
}
