import { type Instant, instant } from 'tau-core';
import { instantText } from './civil-time.js';
import type { Draft } from './draft.js';
import { nextOccurrence } from './occurrences.js';
import { isBusy, isFull, offer } from './start-flow.js';
import type { Backfill, ScheduleState } from './state.js';

/** Goes on with every backfill as far as its overlap policy, and this decision, let it. */
export function followBackfills(draft: Draft): void {
  for (const { number } of draft.state.backfills) {
    for (;;) {
      const backfill = draft.state.backfills.find((one) => one.number === number);
      if (backfill === undefined || waits(draft, backfill) || !draft.spend()) break;
      goOn(draft, backfill);
    }
  }
}

/** At once, while a backfill has more to start than one decision may. */
export function nextByBackfill(state: ScheduleState, runningMax: number): Instant | undefined {
  const isReady = state.backfills.some(({ overlap }) => !mustWaitWith(state, overlap, runningMax));
  return isReady ? instant(0) : undefined;
}

/** One after another by itself: its place in the span is its buffer, so it fills none. */
function mustWaitWith(state: ScheduleState, overlap: Backfill['overlap'], runningMax: number): boolean {
  if (overlap === 'buffer-all') return isBusy(state);
  return overlap === 'allow' && Object.keys(state.open).length >= runningMax;
}

function waits(draft: Draft, backfill: Backfill): boolean {
  return mustWaitWith(draft.state, backfill.overlap, draft.plan.runningMax);
}

function goOn(draft: Draft, backfill: Backfill): void {
  const { number, cursor, until, overlap, again } = backfill;
  const found = nextOccurrence(draft.plan, cursor);
  if (found.kind === 'none' || found.at > until) return draft.happen({ type: 'BackfillEnded', number });
  if (found.kind === 'lookAgain') return draft.happen({ type: 'BackfillMoved', number, cursor: found.at });
  const { at } = found;
  const key = `${draft.state.id}@${instantText(at)}${again === undefined ? '' : `#${again}`}`;
  offer(draft, { callId: `backfill-${number}-${at}`, at, cause: 'backfill', asked: number, key, overlap });
}

/** One that somebody asks for now; whether there was room for it. */
export function trigger(draft: Draft, overlap: Backfill['overlap']): boolean {
  if (overlap === 'allow' && isFull(draft)) return false;
  const number = draft.state.asked + 1;
  const at = draft.now;
  draft.happen({ type: 'TriggerAsked', number });
  const { id, runId } = draft.state;
  // Unlike occurrences, triggers of two runs are never the same one.
  const key = `${id}@${instantText(at)}+${runId === undefined ? '' : `${runId}.`}${number}`;
  offer(draft, { callId: `trigger-${number}`, at, cause: 'trigger', asked: number, key, overlap });
  return true;
}
