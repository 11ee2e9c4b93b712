import { type ErrorData, errorData, type Json } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import type { FlowPlan } from './flow-plan.js';
import { openChildren, type Place, type PlaceOf, walkPlaces } from './place.js';
import { rootPlace } from './place-on-path.js';
import { conclude } from './questions.js';
import { INBOX_CHARS_MAX, INBOX_MESSAGES_MAX } from './run-limits.js';
import { FlowScope } from './scope.js';
import type { FlowState } from './state.js';
import { sizeError, sizeOf } from './value-size.js';

/** Takes the oldest message that is kept and that it waits for; without one it goes on waiting. */
export function runReceive(draft: Draft, place: PlaceOf<'receive'>): void {
  const { inbox = [] } = draft.state;
  if (inbox.length === 0 || isPointless(place)) return;
  const index = inbox.findIndex(wantedBy(place));
  const message = inbox[index];
  if (message === undefined) return;
  draft.happen({ type: 'MessageTaken', index });
  conclude(draft, place, message);
}

/** Whether what it is in has come to its end already in this very decision: it would take from others what counts for nothing. */
function isPointless(place: Place): boolean {
  for (let outer = place.parent; outer !== undefined; outer = outer.parent) {
    const { plan, activation } = outer;
    if (activation.kind === 'saga' && activation.undoing !== undefined) return false;
    if (activation.kind === 'race') {
      if (activation.winner !== undefined) return true;
    } else if (activation.failed !== undefined && !('failure' in plan && plan.failure === 'collect')) return true;
  }
  return false;
}

/** Gives a message to the first node that waits for it, or keeps it for one to come. */
export function takeMessage(draft: Draft, message: Json): void {
  const { plan, state } = draft;
  const size = sizeOf(message);
  const receiver = sizeError(size, 'the message') === undefined ? receiverOf(plan, state, message) : undefined;
  if (receiver !== undefined) return conclude(draft, receiver, message);
  const error = refusal(plan, state, message);
  if (error !== undefined) return draft.happen({ type: 'MessageRefused', error });
  draft.weigh(size);
  draft.happen({ type: 'MessageKept', content: message });
}

/**
 * Gives what is kept to nodes that wait for it by now, in the order of the tree: the values that their conditions look at were
 * edited, or the conditions are those of another version of the definition.
 */
export function takeKept(draft: Draft, goOn: () => void): void {
  const { plan, state } = draft;
  if (state.inboxUnread === true) draft.happen({ type: 'TimersChecked' });
  const root = plan.hasReceive && state.inbox !== undefined ? rootPlace(plan, state) : undefined;
  const waiting: string[] = [];
  if (root !== undefined)
    walkPlaces(root, (place) => {
      if (isWaiting(place)) waiting.push(place.at);
    });
  for (const at of waiting) {
    const place = draft.place(at);
    if (place === undefined || !isWaiting(place)) continue;
    runReceive(draft, place);
    goOn();
  }
}

/** Why a message is not taken; undefined when it is. */
export function messageProblem(plan: FlowPlan, state: FlowState, message: Json): ErrorData | undefined {
  if (!plan.hasReceive) {
    const name = plan.definition.name;
    const text = `no node of flow "${name}" is of kind "receive": it takes no messages; start a new run with what this one says`;
    return errorData('PROGRAM_TAKES_NO_INPUT', text);
  }
  // Hosts tell what begins first, and nothing to what is over.
  if (state.root === undefined) return errorData('CONFLICT', 'the run has not begun yet, or has ended');
  const tooLarge = sizeError(sizeOf(message), 'the message');
  if (tooLarge !== undefined) return tooLarge;
  return receiverOf(plan, state, message) === undefined ? refusal(plan, state, message) : undefined;
}

/** Why a message that nobody waits for is not kept. */
function refusal(plan: FlowPlan, { inbox = [] }: FlowState, message: Json): ErrorData | undefined {
  const size = sizeOf(message);
  const tooLarge = sizeError(size, 'the message');
  if (tooLarge !== undefined) return tooLarge;
  const chars = inbox.reduce<number>((sum, kept) => sum + sizeOf(kept).chars, size.chars);
  if (inbox.length < INBOX_MESSAGES_MAX && chars <= INBOX_CHARS_MAX) return undefined;
  const limits = `at most ${INBOX_MESSAGES_MAX}, of ${INBOX_CHARS_MAX} characters in all`;
  const text = `flow "${plan.definition.name}" keeps ${inbox.length} messages that no node waits for yet, ${limits}: send it again once some were taken`;
  return errorData('MAILBOX_FULL', text);
}

interface Found {
  readonly plan: FlowPlan;
  readonly message: Json;
  readonly receiver: Place | undefined;
}

/** What was found last for a state: hosts ask whether a message is taken, and tell it then. */
const found = new WeakMap<FlowState, Found>();

/** The first node, in the order of the tree, that waits for a message. What was kept goes before it. */
function receiverOf(plan: FlowPlan, state: FlowState, message: Json): Place | undefined {
  const known = found.get(state);
  if (known?.plan === plan && known.message === message) return known.receiver;
  const root = plan.hasReceive && state.inboxUnread !== true ? rootPlace(plan, state) : undefined;
  const receiver = root && firstWaiting(root, message);
  found.set(state, { plan, message, receiver });
  return receiver;
}

function firstWaiting(place: Place, message: Json): Place | undefined {
  if (isWaiting(place)) return wantedBy(place)(message) ? place : undefined;
  for (const child of openChildren(place)) {
    const receiver = firstWaiting(child, message);
    if (receiver !== undefined) return receiver;
  }
  return undefined;
}

/** Whether a place waits for a message, and for nothing else. */
export function isWaiting(place: Place): place is PlaceOf<'receive'> {
  const { kind, phase, stop } = place.activation;
  return kind === 'receive' && place.plan.kind === 'receive' && phase === undefined && stop === undefined;
}

/** Anyone may send anything: a condition that cannot be evaluated over a message does not hold. */
function wantedBy(place: PlaceOf<'receive'>): (message: Json) => boolean {
  const { when, guard } = place.plan;
  if (when === undefined) return () => true;
  const seen: { message?: Json } = {};
  const scope = new FlowScope(place, seen);
  const mayBe = guard(scope);
  return (message) => {
    if (!mayBe(message)) return false;
    seen.message = message;
    const holds = attempt(() => when(scope));
    return holds.ok && holds.value;
  };
}
