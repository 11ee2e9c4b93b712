import type { Instant, JsonObject, Narration } from 'tau-core';
import { instantText } from './civil-time.js';
import type { ScheduleEvent } from './event.js';
import { nextOccurrence } from './occurrences.js';
import type { SchedulePlan } from './plan.js';
import type { ScheduleState, Start } from './state.js';

const SHOWN_NEXT = 5;
const SEARCHED_MAX = 20;

/** What a person who looks at a schedule sees. Instants are RFC 3339 in UTC. */
export function view(plan: SchedulePlan, state: ScheduleState): JsonObject {
  const { next, paused, counts, open, buffer, backfills, noted } = state;
  return {
    schedule: plan.definition.name,
    id: state.id,
    ...(paused === undefined ? {} : { paused }),
    ...(state.finished === true ? { finished: true } : {}),
    next: nextOnes(plan, state).map(instantText),
    ...(next.kind === 'at' && next.due !== next.at ? { due: instantText(next.due) } : {}),
    running: Object.values(open).map(shown),
    waiting: buffer.map(shown),
    backfills: backfills.map(({ number, cursor, until }) => ({
      number,
      startedUntil: instantText(cursor),
      until: instantText(until),
    })),
    counts: { ...counts },
    noted: noted.map(({ what, at, text }) => ({ what, at: instantText(at), text })),
  };
}

function nextOnes(plan: SchedulePlan, state: ScheduleState): readonly Instant[] {
  const shown: Instant[] = [];
  const left = Math.min(SHOWN_NEXT, state.finished === true ? 0 : plan.occurrencesMax - state.taken);
  let after = state.cursor;
  for (let searched = 0; searched < SEARCHED_MAX && shown.length < left; searched += 1) {
    const found = nextOccurrence(plan, after);
    if (found.kind === 'none') break;
    if (found.kind === 'at') shown.push(found.at);
    after = found.at;
  }
  return shown;
}

function shown({ callId, at, cause }: Start): JsonObject {
  return { callId, at: instantText(at), cause };
}

/** What an event says to people and tracers. */
export function narrate(event: ScheduleEvent): readonly Narration[] {
  switch (event.type) {
    case 'Started':
      return [{ at: event.start.callId, kind: 'started', label: instantText(event.start.at) }];
    case 'Skipped':
      return [{ at: event.start.callId, kind: 'skipped', label: instantText(event.start.at) }];
    case 'Withdrawn':
      return [{ at: event.callId, kind: 'cancelled' }];
    case 'Ended': {
      const { callId, result, error } = event;
      if (result === 'ok') return [{ at: callId, kind: 'completed' }];
      if (result === 'cancelled') return [{ at: callId, kind: 'cancelled' }];
      return [{ at: callId, kind: 'failed', ...(error === undefined ? {} : { error }) }];
    }
    default:
      return [];
  }
}
