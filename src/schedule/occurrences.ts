import { type Instant, instant, later } from 'tau-core';
import type { Calendar } from './calendar.js';
import { type CivilDate, MS_OF_DAY } from './civil-time.js';
import type { RulePlan, SchedulePlan } from './plan.js';

/**
 * What a search found. `lookAgain`: there is none up to and including `at`, and it went no further, so that no question takes
 * long whatever the calendar takes out.
 */
export type Found =
  | { readonly kind: 'at'; readonly at: Instant }
  | { readonly kind: 'lookAgain'; readonly at: Instant }
  | { readonly kind: 'none' };

/** How many instants of a rule one search looks at; the calendar took out all of them. */
const LOOKED_AT_MAX = 1_000;
/** The same where occurrences move to other days: 31 days of 96, and some. */
const MOVED_LOOKED_AT_MAX = 5_000;
const MOVE_MS_MAX = 33 * MS_OF_DAY;

/** The first occurrence after an instant, over all rules. Pure; depends on the zone data of the host for cron and days. */
export function nextOccurrence(plan: SchedulePlan, after: Instant): Found {
  const start = instant(Math.max(after, plan.from - 1));
  let found: Found = { kind: 'none' };
  for (const rule of plan.rules) {
    const next = nextOfRule(plan, rule, start);
    if (next.kind === 'none') continue;
    if (found.kind === 'none' || next.at < found.at || (next.at === found.at && next.kind === 'at')) found = next;
  }
  return found.kind !== 'none' && plan.until !== undefined && found.at > plan.until ? { kind: 'none' } : found;
}

function nextOfRule(plan: SchedulePlan, rule: RulePlan, after: Instant): Found {
  const { calendar } = plan;
  if (calendar === undefined) {
    const at = rule.next(after);
    return at === undefined ? { kind: 'none' } : { kind: 'at', at };
  }
  return calendar.onFreeDay === 'skip' ? nextKept(rule, calendar, after) : nextMoved(plan, rule, calendar, after);
}

/** The next one on a day, and at a time, that counts: whole free days are jumped over. */
function nextKept(rule: RulePlan, calendar: Calendar, after: Instant): Found {
  let from = after;
  for (let looked = 0; looked < LOOKED_AT_MAX; looked += 1) {
    const at = rule.next(from);
    if (at === undefined) return { kind: 'none' };
    const { date } = calendar.wallOf(at);
    if (!calendar.counts(date)) from = later(calendar.startOf(calendar.nextToLookAt(date)), -1);
    else if (calendar.excludes(at)) from = at;
    else return { kind: 'at', at };
  }
  return { kind: 'lookAgain', at: from };
}

/**
 * The next one where those on free days move. The day that one moves to never goes back while the rule goes on, so the search
 * ends with the first that moves to a later day than the best.
 */
function nextMoved(plan: SchedulePlan, rule: RulePlan, calendar: Calendar, after: Instant): Found {
  const direction = calendar.onFreeDay === 'next-working-day' ? 1 : -1;
  const until = plan.until === undefined ? Number.POSITIVE_INFINITY : plan.until + MOVE_MS_MAX;
  let best: Instant | undefined;
  let bestDate: CivilDate | undefined;
  let from = direction === 1 ? later(calendar.startOf(calendar.firstMovedTo(calendar.wallOf(after).date)), -1) : after;
  for (let looked = 0; looked < MOVED_LOOKED_AT_MAX; looked += 1) {
    const at = rule.next(from);
    if (at === undefined || at > until) return best === undefined ? { kind: 'none' } : { kind: 'at', at: best };
    from = at;
    const wall = calendar.wallOf(at);
    const date = calendar.nearest(wall.date, direction);
    if (date === undefined) continue;
    if (best !== undefined && bestDate !== undefined && date > bestDate) return { kind: 'at', at: best };
    const moved = calendar.sameTimeOn(at, wall, date);
    if (moved <= after || (best !== undefined && moved >= best) || calendar.excludes(moved)) continue;
    best = moved;
    bestDate = date;
  }
  if (best !== undefined) return { kind: 'at', at: best };
  // Those that come later may still move back behind what was looked at.
  return { kind: 'lookAgain', at: direction === 1 ? from : instant(Math.max(after, from - MOVE_MS_MAX)) };
}
