import { type ErrorData, errorData, type Outcome } from 'tau-core';
import type { Draft } from './draft.js';
import { type HubMessage, placeOf, type Recipient } from './state.js';

/** What became of a message at one recipient. */
export type Placing = 'placed' | 'blocked' | ErrorData;

/** Puts a message into a mailbox, by the mailbox's policy. */
export function put(draft: Draft, recipient: Recipient, message: HubMessage): Placing {
  const place = placeOf(recipient);
  const { queue, blocked, mailbox, name } = recipient;
  if (queue.length < mailbox.capacity) {
    draft.happen({ type: 'Placed', place, message });
    return 'placed';
  }
  const [oldest] = queue;
  if (mailbox.onFull === 'drop-oldest' && oldest !== undefined) {
    draft.happen({ type: 'Dropped', place, uid: oldest.uid });
    const error = errorData(
      'MAILBOX_FULL',
      `a newer message took its place with "${name}", where ${mailbox.capacity} may wait`,
    );
    answer(draft, oldest, { kind: 'failed', error });
    draft.happen({ type: 'Placed', place, message });
    return 'placed';
  }
  if (mailbox.onFull === 'block' && blocked.length < mailbox.blockedMax) {
    draft.happen({ type: 'Blocked', place, message });
    return 'blocked';
  }
  const error = errorData(
    'MAILBOX_FULL',
    `${queue.length + blocked.length} messages wait for "${name}": send it again when it has caught up`,
  );
  draft.happen({ type: 'Refused', error, place });
  return error;
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

/** Answers a request, once: wherever it is, it is there no more. */
export function answer(draft: Draft, message: HubMessage, outcome: Outcome): void {
  if (message.kind !== 'request' || !Object.hasOwn(draft.state.requests, String(message.uid))) return;
  draft.happen({ type: 'Answered', uid: message.uid, outcome: outcome.kind });
  if (message.ref !== undefined) draft.ask({ type: 'answer', ref: message.ref, outcome });
}

/** Ends a request wherever it is, with an outcome of the hub's own. The recipient goes on with what follows. */
export function endRequest(draft: Draft, uid: number, outcome: Outcome, reason: string): void {
  const place = draft.state.requests[String(uid)]?.place;
  const recipient = place === undefined ? undefined : draft.recipient(place);
  if (place === undefined || recipient === undefined) return;
  const inFlight = Object.entries(recipient.inFlight);
  const message =
    [...recipient.queue, ...recipient.blocked].find((one) => one.uid === uid) ??
    inFlight.find(([, one]) => one.uid === uid)?.[1];
  if (message === undefined) return;
  answer(draft, message, outcome);
  for (const [deliveryId, one] of inFlight) {
    if (one.uid === uid) draft.ask({ type: 'withdraw', deliveryId, reason });
  }
  pump(draft, place);
}

/** Everything that a recipient has, for whom there will be nobody. */
export function abandon(draft: Draft, recipient: Recipient, error: ErrorData): void {
  const failed: Outcome = { kind: 'failed', error };
  for (const [deliveryId, message] of Object.entries(recipient.inFlight)) {
    draft.ask({ type: 'withdraw', deliveryId, reason: error.message });
    answer(draft, message, failed);
  }
  for (const message of recipient.queue) answer(draft, message, failed);
  for (const message of recipient.blocked) {
    if (message.kind === 'send') draft.receipt(message.ref, failed);
    answer(draft, message, failed);
  }
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
  const { queue, inFlight, mailbox, gap } = recipient;
  const busy = Object.values(inFlight);
  if (busy.length >= mailbox.concurrency) return false;
  const lines = new Set(busy.map(lineOf));
  const message = queue.find((one) => !lines.has(lineOf(one)));
  if (message === undefined) return false;
  const deliveryId = `d${draft.state.deliveries + 1}`;
  draft.happen({ type: 'Delivered', place, uid: message.uid, deliveryId });
  const timeoutMs = message.deadline === undefined ? undefined : Math.max(message.deadline - draft.now, 1);
  draft.ask({ type: 'deliver', deliveryId, place, message, gap, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  return true;
}

/** Messages of one line are handled one after another. */
function lineOf({ from, key, origin }: HubMessage): string {
  return JSON.stringify([origin, from, key ?? null]);
}

export function placedOutcome(recipients: number, refused: readonly string[] = []): Outcome {
  return { kind: 'ok', output: { recipients, refused } };
}
