import {
  type CallId,
  type Decision,
  errorData,
  type Instant,
  NOTHING,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
} from 'tau-core';
import { openCall, openLock } from './call-ids.js';
import { expire } from './deadlines.js';
import { Draft } from './draft.js';
import { edit } from './edit.js';
import { fail } from './ending.js';
import type { FlowEvent } from './event.js';
import type { FlowPlan } from './flow-plan.js';
import type { Foreseen } from './foreseen.js';
import { ownerOf } from './path.js';
import type { Place } from './place.js';
import { advance, enter } from './progress.js';
import { settleQuestion } from './questions.js';
import { takeKept, takeMessage } from './receive-node.js';
import { DECISION_CHARS_MAX, DECISION_EVENTS_MAX } from './run-limits.js';
import type { FlowState } from './state.js';
import { stop, withdrawAll } from './stopping.js';
import { settleTask } from './task-node.js';

/**
 * What follows from an input. The order is the same for each: what the input itself says, with all that follows from it; then
 * what messages that are kept say to nodes that see something else now; what time asks for; and the end of the run. Nodes are entered, and those around them gone on with, in the order in which that
 * came up.
 */
export function decide(
  plan: FlowPlan,
  state: FlowState,
  { input, now, foreseen }: { readonly input: ProgramInput; readonly now: Instant; readonly foreseen: Foreseen },
): Decision<FlowEvent, ProgramEffect> {
  if (state.ended !== undefined || (input.type === 'message' && !plan.hasReceive)) return NOTHING;
  if (state.root === undefined && input.type !== 'begin' && input.type !== 'cancel') return NOTHING;
  const draft = new Draft(plan, state, now);
  take(draft, input);
  goOn(draft);
  if (input.type === 'edit' || state.inboxUnread === true) takeKept(draft, () => goOn(draft));
  expire(draft, () => goOn(draft));
  if (draft.isExhausted) giveUp(draft);
  const { ended } = draft.state;
  if (ended !== undefined) draft.ask({ type: 'finish', outcome: ended.outcome });
  return draft.decision(foreseen);
}

function take(draft: Draft, input: ProgramInput): void {
  switch (input.type) {
    case 'begin':
      return begin(draft);
    case 'callSettled':
      return settle(draft, input.callId, input.outcome);
    case 'deadline':
      return;
    case 'message':
      return takeMessage(draft, input.content);
    case 'lockGranted':
      return grant(draft, input.lockId);
    case 'lockRevoked':
      return revoke(draft, input.lockId, input.reason);
    case 'edit':
      return edit(draft, input.edit);
    case 'cancel':
      return cancel(draft, input.reason);
  }
}

function begin(draft: Draft): void {
  if (draft.state.root !== undefined) return;
  if (draft.plan.root.timeoutMs === undefined) draft.happen({ type: 'NodeStarted', at: '' });
  else draft.happen({ type: 'NodeStarted', at: '', now: draft.now });
  draft.push('enter', '');
}

function goOn(draft: Draft): void {
  while (!draft.isExhausted) {
    const todo = draft.nextTodo();
    if (todo === undefined) return;
    const place = draft.placeOf(todo);
    if (place === undefined) continue;
    if (todo.what === 'enter') enter(draft, place);
    else advance(draft, place);
  }
}

/** Takes what came of a call. One that nobody waits for any more changes nothing. */
function settle(draft: Draft, id: CallId, outcome: Outcome): void {
  const place = draft.place(ownerOf(id));
  if (place === undefined || openCall(place) !== id) return;
  if (place.activation.asked === undefined) settleTask(draft, place, outcome);
  else settleQuestion(draft, place, outcome);
}

function grant(draft: Draft, lock: CallId): void {
  const place = draft.place(ownerOf(lock));
  if (place?.activation.phase !== 'lock' || openLock(place) !== lock) return;
  draft.happen({ type: 'LockGranted', at: place.at });
  draft.push('enter', place.at);
}

/** A lock that is held no longer cancels its node. One that a saga needs to undo is missed, and its undoing goes on. */
function revoke(draft: Draft, lock: CallId, reason: string): void {
  const place = draft.place(ownerOf(lock));
  if (place === undefined || openLock(place) !== lock || place.activation.stop !== undefined) return;
  if (place.activation.kind === 'saga' && place.activation.undoing !== undefined) return;
  const call = openCall(place);
  if (call !== undefined) draft.withdrawCall(call, `its lock was lost: ${reason}`);
  fail(draft, place, errorData('LOCK_LOST', lockLost(place, reason)));
}

function lockLost({ activation }: Place, reason: string): string {
  const key = activation.claim === undefined ? '' : ` "${activation.claim}"`;
  return `its lock${key} was lost: ${reason}; say by "onError" what then`;
}

/** The first request stops everything but what undoes; the second one that, too. */
function cancel(draft: Draft, reason: string): void {
  const isFirst = draft.state.cancel === undefined;
  if (isFirst) draft.happen({ type: 'CancelRequested', reason });
  const root = draft.place('');
  if (root === undefined) {
    // It was cancelled before it began.
    draft.happen({ type: 'NodeStarted', at: '' });
    draft.happen({ type: 'NodeCancelled', at: '' });
  } else if (isFirst) stop(draft, root, reason);
  else {
    withdrawAll(draft, root, reason);
    draft.happen({ type: 'NodeCancelled', at: '' });
  }
}

function giveUp(draft: Draft): void {
  const root = draft.place('');
  if (root === undefined) return;
  withdrawAll(draft, root, 'its run goes round without end');
  const message = `more than ${DECISION_EVENTS_MAX} things happened, or more than ${DECISION_CHARS_MAX} characters came of them, without waiting for any call: let a loop wait, or do less at once`;
  draft.happen({ type: 'NodeFailed', at: '', error: errorData('STEPS_EXCEEDED', message), final: true });
}
