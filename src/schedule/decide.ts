import {
  type Decision,
  type ErrorData,
  errorData,
  type Instant,
  type Json,
  later,
  NOTHING,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
} from 'tau-core';
import { followBackfills, trigger } from './backfill-flow.js';
import { Draft } from './draft.js';
import type { ScheduleEvent } from './event.js';
import { isRefused, readMessage } from './message.js';
import type { SchedulePlan } from './plan.js';
import { drainBuffer, withdraw } from './start-flow.js';
import { BACKFILLS_MAX, type ScheduleState } from './state.js';
import { followTime, missPaused } from './time-flow.js';

/** What follows from an input: first what it says itself, then what waits, what is due, what is filled in, and the end. */
export function decide(
  plan: SchedulePlan,
  state: ScheduleState,
  input: ProgramInput,
  now: Instant,
): Decision<ScheduleEvent, ProgramEffect> {
  if (state.finished === true) return NOTHING;
  const draft = new Draft(plan, state, now);
  switch (input.type) {
    case 'begin':
    case 'deadline':
      break;
    case 'callSettled':
      if (!settle(draft, input.callId, input.outcome)) return NOTHING;
      break;
    case 'message':
      hear(draft, input.content);
      break;
    case 'cancel':
      return stop(draft, input.reason);
    // It holds no locks, and takes no edits.
    case 'lockGranted':
    case 'lockRevoked':
    case 'edit':
      return NOTHING;
  }
  drainBuffer(draft);
  followTime(draft);
  followBackfills(draft);
  finishIfOver(draft);
  return draft.decision();
}

function settle(draft: Draft, callId: string, outcome: Outcome): boolean {
  if (!Object.hasOwn(draft.state.open, callId)) return false;
  const result = outcome.kind === 'inputRequired' ? 'failed' : outcome.kind;
  const error = errorOf(outcome);
  draft.happen({ type: 'Ended', callId, at: draft.now, result, ...(error === undefined ? {} : { error }) });
  const hasFailed = result === 'failed' || result === 'unknown';
  if (hasFailed && draft.plan.definition.pauseOnFailure === true && draft.state.paused === undefined) {
    draft.happen({ type: 'Paused', reason: `${callId} failed` });
  }
  return true;
}

function errorOf(outcome: Outcome): ErrorData | undefined {
  if (outcome.kind === 'failed' || outcome.kind === 'unknown') return outcome.error;
  return outcome.kind === 'inputRequired'
    ? errorData('STEP_FAILED', `it asked "${outcome.question}", which nobody answers here`)
    : undefined;
}

function hear(draft: Draft, content: Json): void {
  const message = readMessage(content);
  const refuse = (error: ErrorData): void => draft.happen({ type: 'MessageRefused', at: draft.now, error });
  if (isRefused(message)) return refuse(message);
  switch (message.op) {
    case 'pause':
      return draft.happen({ type: 'Paused', reason: message.reason });
    case 'resume':
      if (draft.state.paused === undefined) return;
      draft.happen({ type: 'Resumed' });
      if (!message.makeUp) missPaused(draft, draft.now);
      return;
    case 'backfill': {
      if (draft.state.backfills.length >= BACKFILLS_MAX) {
        return refuse(errorData('QUEUE_FULL', `${BACKFILLS_MAX} backfills are under way: send it when one has ended`));
      }
      const { op: _, from, ...rest } = message;
      const backfill = { number: draft.state.asked + 1, cursor: later(from, -1), ...rest };
      return draft.happen({ type: 'BackfillAsked', backfill });
    }
    case 'trigger': {
      const { overlap = draft.plan.overlap } = message;
      if (trigger(draft, overlap)) return;
      return refuse(errorData('QUEUE_FULL', `${draft.plan.runningMax} are under way: send it when one has ended`));
    }
  }
}

function stop(draft: Draft, reason: string): Decision<ScheduleEvent, ProgramEffect> {
  for (const open of Object.values(draft.state.open)) withdraw(draft, open, reason);
  draft.happen({ type: 'Finished' });
  draft.ask({ type: 'finish', outcome: { kind: 'cancelled', reason } });
  return draft.decision();
}

function finishIfOver(draft: Draft): void {
  const { next, open, buffer, backfills, paused, counts } = draft.state;
  if (next.kind !== 'none' || paused !== undefined || buffer.length + backfills.length > 0) return;
  if (Object.keys(open).length > 0) return;
  draft.happen({ type: 'Finished' });
  draft.ask({ type: 'finish', outcome: { kind: 'ok', output: { ...counts } } });
}
