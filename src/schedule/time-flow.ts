import { type Instant, later } from 'tau-core';
import { instantText } from './civil-time.js';
import type { Draft } from './draft.js';
import { dueOf } from './jitter.js';
import { type Found, nextOccurrence } from './occurrences.js';
import { mustWaitForRoom, offer } from './start-flow.js';
import type { Next, ScheduleState } from './state.js';

/** How many occurrences are counted one by one when many are missed at once. */
export const MISSED_COUNTED_MAX = 1_000;

/** A search that found nothing looked at so many instants that it counts as this many occurrences. */
const SEARCH_COST = 100;
const COUNTING_COST_MAX = 2 * MISSED_COUNTED_MAX;

/** What a decision spends on an occurrence, or on a search that has to go on. */
function costOf({ kind }: Found | Next): number {
  return kind === 'lookAgain' ? SEARCH_COST : 1;
}

/** Sees to all occurrences that are due, in their order: made up within the window, missed before it. */
export function followTime(draft: Draft): void {
  const { paused, missesTo } = draft.state;
  if (paused === undefined && missesTo !== undefined) missPaused(draft, missesTo);
  let before: Instant | undefined;
  while (draft.state.paused === undefined && draft.state.missesTo === undefined) {
    const next = planned(draft, before);
    if (next.kind === 'none' || next.kind === 'unplanned') return;
    if ((next.kind === 'at' ? next.due : next.at) > draft.now || !draft.spend(costOf(next))) return;
    if (next.kind === 'lookAgain') plan(draft, next.at);
    else if (isTooLate(draft, next.due)) {
      if (!draft.count()) return;
      missLate(draft, next.at);
    } else if (mustWaitForRoom(draft.plan, draft.state)) return;
    else {
      take(draft, next.at);
      before = next.due;
    }
  }
}

/** Passes over what occurred up to an instant while it was paused; what is still to come is planned anew. */
export function missPaused(draft: Draft, to: Instant): void {
  if (!draft.count()) return;
  const { count, from = to, until, more, lookedTo } = counted(draft, (at) => at <= to);
  const goesOn = more && isCounted(draft);
  if (count === 0 && !goesOn && draft.state.missesTo === undefined) return;
  const cursor = goesOn ? lookedTo : to;
  const rest = goesOn ? { goesOnTo: to } : {};
  draft.happen({ type: 'Missed', reason: 'paused', from, until, count, more, cursor, ...rest });
}

/** Whether each occurrence has to be counted, however many there are: none may come after the last. */
function isCounted(draft: Draft): boolean {
  return draft.plan.occurrencesMax !== Number.POSITIVE_INFINITY;
}

/** When time alone brings something. */
export function nextByTime(state: ScheduleState): Instant | undefined {
  const { next, paused, cursor } = state;
  if (paused !== undefined || next.kind === 'none') return undefined;
  if (next.kind === 'unplanned') return cursor;
  return next.kind === 'at' ? next.due : next.at;
}

function planned(draft: Draft, before: Instant | undefined): Next {
  if (draft.state.next.kind === 'unplanned') plan(draft, draft.state.cursor, before);
  return draft.state.next;
}

/** `before`: when the occurrence before it was due. Each comes after that, so one whose own jitter is shorter is due with it. */
function plan(draft: Draft, after: Instant, before?: Instant): void {
  const isOver = draft.state.taken >= draft.plan.occurrencesMax;
  const found: Found = isOver ? { kind: 'none' } : nextOccurrence(draft.plan, after);
  draft.happen({
    type: 'Planned',
    next: found.kind === 'at' ? { ...found, due: dueOfNext(draft, found.at, before) } : found,
  });
}

function dueOfNext({ plan: { jitterMs }, state: { id } }: Draft, at: Instant, before: Instant | undefined): Instant {
  const due = dueOf(id, at, jitterMs);
  return before !== undefined && before > due ? before : due;
}

function isTooLate(draft: Draft, due: Instant): boolean {
  return draft.now - due > draft.plan.catchUpWindowMs;
}

function take(draft: Draft, at: Instant): void {
  const key = `${draft.state.id}@${instantText(at)}`;
  offer(draft, { callId: `at-${at}`, at, cause: 'time', key, overlap: draft.plan.overlap });
}

/** Counts what is too late in one step, and goes on where the window begins; where each one counts, in further decisions. */
function missLate(draft: Draft, first: Instant): void {
  const { id } = draft.state;
  const { jitterMs, catchUpWindowMs } = draft.plan;
  const late = (at: Instant): boolean => isTooLate(draft, dueOf(id, at, jitterMs));
  const { count, until, more, lookedTo } = counted(draft, late);
  // Whatever its jitter, an occurrence before this is too late.
  const windowStart = later(draft.now, -(catchUpWindowMs + jitterMs + 1));
  const beyond = isCounted(draft) ? lookedTo : windowStart;
  const cursor = more && beyond > until ? beyond : until;
  draft.happen({ type: 'Missed', reason: 'late', from: first, until, count, more, cursor });
}

interface Counted {
  readonly from: Instant | undefined;
  readonly until: Instant;
  readonly count: number;
  readonly more: boolean;
  /** All up to and including this have been counted. */
  readonly lookedTo: Instant;
}

/** Counts occurrences from the cursor on while they are such, up to a bound and to the last that there may be. */
function counted(draft: Draft, isSuch: (at: Instant) => boolean): Counted {
  const left = draft.plan.occurrencesMax - draft.state.taken;
  const max = Math.min(MISSED_COUNTED_MAX, left);
  let from: Instant | undefined;
  let until = draft.state.cursor;
  let after = draft.state.cursor;
  let count = 0;
  for (let budget = COUNTING_COST_MAX; budget > 0; ) {
    const found = nextOccurrence(draft.plan, after);
    budget -= costOf(found);
    if (found.kind === 'none' || !isSuch(found.at)) return { from, until, count, more: false, lookedTo: after };
    if (found.kind === 'at' && count >= max) return { from, until, count, more: max < left, lookedTo: after };
    after = found.at;
    if (found.kind === 'lookAgain') continue;
    from ??= found.at;
    until = found.at;
    count += 1;
  }
  return { from, until, count, more: true, lookedTo: after };
}
