import type { ScheduleEvent } from './event.js';
import { type Counts, NOTED_MAX, type Noted, type ScheduleState, type Start } from './state.js';

/** The state after an event. Total. */
export function evolve(state: ScheduleState, event: ScheduleEvent): ScheduleState {
  switch (event.type) {
    case 'Planned':
      // Where a search went no further, nothing is left to see to up to there.
      return { ...state, next: event.next };
    case 'Started': {
      const { start } = event;
      const seen = seenTo(state, start);
      return counted({ ...seen, open: { ...seen.open, [start.callId]: start } }, 'started');
    }
    case 'Buffered':
      return { ...seenTo(state, event.start), buffer: [...state.buffer, event.start] };
    case 'Skipped': {
      const { start, reason } = event;
      return noting(counted(seenTo(state, start), 'skipped'), {
        what: 'skipped',
        at: start.at,
        text: reason === 'overlap' ? 'an earlier one still ran' : 'too many waited',
      });
    }
    case 'Missed': {
      const { count, more, reason, cursor, until, goesOnTo } = event;
      const { missesTo: _, ...rest } = state;
      return noting(
        {
          ...counted(rest, 'missed', count),
          cursor,
          next: { kind: 'unplanned' },
          taken: state.taken + count,
          ...(goesOnTo === undefined ? {} : { missesTo: goesOnTo }),
        },
        {
          what: 'missed',
          at: until,
          text: `${more ? 'more than ' : ''}${count} ${reason === 'late' ? 'came too late' : 'while it was paused'}`,
        },
      );
    }
    case 'Ended': {
      const { callId, at, result, error } = event;
      const { [callId]: start, ...open } = state.open;
      if (start === undefined) return state;
      const counting = result === 'ok' ? 'succeeded' : result === 'cancelled' ? 'cancelled' : 'failed';
      const ended = counted({ ...state, open }, counting);
      if (result === 'ok') return ended;
      return noting(ended, {
        what: 'ended',
        at,
        text: `${callId} ${result}`,
        ...(error === undefined ? {} : { error }),
      });
    }
    case 'Withdrawn': {
      const { [event.callId]: start, ...open } = state.open;
      return start === undefined ? state : counted({ ...state, open }, 'cancelled');
    }
    case 'Paused':
      return { ...state, paused: event.reason };
    case 'Resumed': {
      const { paused: _, ...going } = state;
      return { ...going, next: { kind: 'unplanned' } };
    }
    case 'BackfillAsked':
      return { ...state, asked: event.backfill.number, backfills: [...state.backfills, event.backfill] };
    case 'BackfillMoved':
      return backfillMoved(state, event.number, event.cursor);
    case 'BackfillEnded':
      return { ...state, backfills: state.backfills.filter(({ number }) => number !== event.number) };
    case 'TriggerAsked':
      return { ...state, asked: event.number };
    case 'MessageRefused': {
      const { at, error } = event;
      return noting(counted(state, 'refused'), { what: 'refused', at, text: error.message, error });
    }
    case 'Finished':
      return { ...state, finished: true, next: { kind: 'none' } };
  }
}

/** A start out of the buffer has been seen to before; a new one moves what brought it. */
function seenTo(state: ScheduleState, start: Start): ScheduleState {
  if (state.buffer.some(({ callId }) => callId === start.callId)) {
    return { ...state, buffer: state.buffer.filter(({ callId }) => callId !== start.callId) };
  }
  if (start.cause === 'time') {
    return { ...state, cursor: start.at, next: { kind: 'unplanned' }, taken: state.taken + 1 };
  }
  return start.cause === 'backfill' && start.asked !== undefined ? backfillMoved(state, start.asked, start.at) : state;
}

function backfillMoved(state: ScheduleState, number: number, cursor: Start['at']): ScheduleState {
  return {
    ...state,
    backfills: state.backfills.map((backfill) => (backfill.number === number ? { ...backfill, cursor } : backfill)),
  };
}

function counted(state: ScheduleState, what: keyof Counts, by = 1): ScheduleState {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + by } };
}

function noting(state: ScheduleState, noted: Noted): ScheduleState {
  return { ...state, noted: [...state.noted, noted].slice(-NOTED_MAX) };
}
