import { type ErrorData, errorData, type Outcome } from 'tau-core';
import type { Draft } from './draft.js';
import { ANSWER_CHARS_MAX, type HubMessage, type OpenRequest, placeOf, type Recipient, seenOf } from './state.js';

/** What becomes of one more message at a recipient: `displaces`, where the oldest makes room for it. */
export type Placing = 'placed' | 'displaces' | 'blocked' | ErrorData;

/** By the mailbox's policy. */
export function placingAt({ queue, blocked, mailbox, name }: Recipient): Placing {
  if (queue.length < mailbox.capacity) return 'placed';
  if (mailbox.onFull === 'drop-oldest') return 'displaces';
  if (mailbox.onFull === 'block' && blocked.length < mailbox.blockedMax) return 'blocked';
  const waiting = queue.length + blocked.length;
  return errorData(
    'MAILBOX_FULL',
    `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'} for "${name}": send it again when it has caught up`,
  );
}

/** The one that waits longest is gone: another takes its place. */
export function dropOldest(draft: Draft, recipient: Recipient): void {
  const { queue, mailbox, name } = recipient;
  const [oldest] = queue;
  if (oldest === undefined) return;
  draft.happen({ type: 'Dropped', place: placeOf(recipient), uid: oldest.uid });
  const error = errorData(
    'MAILBOX_FULL',
    `a newer message took its place with "${name}", where ${mailbox.capacity} may wait: send it again`,
  );
  answer(draft, oldest.uid, { kind: 'failed', error });
  forget(draft, [oldest]);
}

/** Hands over what waits, as far as the recipient takes it: of equal sender and key one at a time. */
export function pump(draft: Draft, place: string): void {
  for (;;) {
    const recipient = draft.recipient(place);
    if (recipient === undefined) return;
    unblock(draft, recipient);
    if (!deliverNext(draft, place)) return;
  }
}

/** Answers a request that is open, once, to all who asked: wherever it is, it is there no more. */
export function answer(draft: Draft, uid: number, outcome: Outcome, keeps = false): void {
  const request = draft.state.requests.find((one) => one.uid === uid);
  if (request === undefined) return;
  const isKept = keeps && JSON.stringify(outcome).length <= ANSWER_CHARS_MAX;
  draft.happen({ type: 'Answered', uid, outcome: outcome.kind, ...(isKept ? { kept: outcome } : {}) });
  for (const ref of request.refs) draft.ask({ type: 'answer', ref, outcome });
}

/**
 * Messages that were never handed over may be posted again. Not publications and broadcasts: others may have them.
 */
export function forget(draft: Draft, messages: readonly HubMessage[]): void {
  const seen = messages.filter(({ kind }) => kind === 'send' || kind === 'request').map(seenOf);
  if (seen.length > 0) draft.happen({ type: 'Forgotten', seen });
}

/** Ends a request wherever it is, with an outcome of the hub's own. The recipient goes on with what follows. */
export function endRequest(draft: Draft, { uid, place }: OpenRequest, outcome: Outcome, reason: string): void {
  const recipient = draft.recipient(place);
  if (recipient === undefined) return;
  const inHand = Object.entries(recipient.inFlight).find(([, one]) => one.uid === uid);
  answer(draft, uid, outcome, inHand !== undefined);
  if (inHand !== undefined) draft.ask({ type: 'withdraw', deliveryId: inHand[0], reason });
  else forget(draft, waitingAs(recipient, uid));
  pump(draft, place);
}

/** Everything that a recipient has, for whom there will be nobody. */
export function abandon(draft: Draft, recipient: Recipient, error: ErrorData): void {
  const failed: Outcome = { kind: 'failed', error };
  for (const [deliveryId, message] of Object.entries(recipient.inFlight)) {
    draft.ask({ type: 'withdraw', deliveryId, reason: error.message });
    answer(draft, message.uid, failed, true);
  }
  const waiting = [...recipient.queue, ...recipient.blocked];
  for (const message of waiting) answer(draft, message.uid, failed);
  for (const message of recipient.blocked) {
    if (message.kind === 'send') draft.receipt(message.ref, failed);
  }
  forget(draft, waiting);
}

function waitingAs({ queue, blocked }: Recipient, uid: number): readonly HubMessage[] {
  const message = queue.find((one) => one.uid === uid) ?? blocked.find((one) => one.uid === uid);
  return message === undefined ? [] : [message];
}

function unblock(draft: Draft, recipient: Recipient): void {
  const place = placeOf(recipient);
  const room = recipient.mailbox.capacity - recipient.queue.length;
  for (const message of recipient.blocked.slice(0, Math.max(room, 0))) {
    draft.happen({ type: 'Unblocked', place, uid: message.uid });
    if (message.kind === 'send') draft.receipt(message.ref, placedOutcome(1));
  }
}

function deliverNext(draft: Draft, place: string): boolean {
  const recipient = draft.recipient(place);
  if (recipient === undefined) return false;
  const { queue, gap, inFlight, mailbox } = recipient;
  if (Object.keys(inFlight).length >= mailbox.concurrency) return false;
  const takes = takerAt(recipient);
  // What is late is answered within this decision: nobody gets it any more.
  const message = queue.find((one) => takes(one) && (one.deadline === undefined || one.deadline > draft.now));
  if (message === undefined) return false;
  const deliveryId = `d${draft.state.deliveries + 1}`;
  draft.happen({ type: 'Delivered', place, uid: message.uid, deliveryId });
  const timeoutMs = message.deadline === undefined ? undefined : message.deadline - draft.now;
  draft.ask({ type: 'deliver', deliveryId, place, message, gap, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  return true;
}

/** Whether a recipient would take a message in hand now: of equal sender and key it handles one at a time. */
export function takerAt({ inFlight, mailbox }: Recipient): (message: HubMessage) => boolean {
  const busy = Object.values(inFlight);
  if (busy.length >= mailbox.concurrency) return () => false;
  if (busy.length === 0) return () => true;
  const lines = new Set(busy.map(lineOf));
  return (message) => !lines.has(lineOf(message));
}

const knownLines = new WeakMap<HubMessage, string>();

/** Messages of one line are handled one after another. */
function lineOf(message: HubMessage): string {
  const known = knownLines.get(message);
  if (known !== undefined) return known;
  const { from, key, origin } = message;
  const line = JSON.stringify([origin, from, key ?? null]);
  knownLines.set(message, line);
  return line;
}

export function placedOutcome(recipients: number, refused: readonly string[] = []): Outcome {
  return { kind: 'ok', output: { recipients, refused } };
}
