import { type Decision, type ErrorName, errorData, type Instant, type Machine, type Outcome } from 'tau-core';
import type { Subscription } from './definition.js';
import { Draft } from './draft.js';
import type { HubEvent } from './event.js';
import { evolve } from './evolve.js';
import { abandon, answer, endRequest, forget, pump } from './mailbox-flow.js';
import type { HubEffect, HubInput } from './port.js';
import { post } from './post-flow.js';
import { emptyRecipient, type HubState, placeOf, RECIPIENTS_MAX, type Recipient, SUBSCRIPTIONS_MAX } from './state.js';

const DONE: Outcome = { kind: 'ok', output: null };
const NOT_TAKEN = ['MAILBOX_FULL', 'RECIPIENT_UNKNOWN', 'DRAINING'] as const;
/** Ids of what another hub answers when it has not taken a message. */
const REFUSALS = idsOf(NOT_TAKEN);
/** The same of a run that is an agent, whose host says so: it is full, has ended, is not there, or takes none. */
const RUN_REFUSALS = idsOf([...NOT_TAKEN, 'QUEUE_FULL', 'NOT_FOUND', 'CONFLICT', 'PROGRAM_TAKES_NO_INPUT']);

/**
 * A hub: messages between agents, with mailboxes.
 *
 * Owns: who is there, what waits for whom, in what order it is handed over, and the answer to each request.
 * Does not own: handlers, the ways to other hubs, time.
 *
 * 1. Messages of equal sender and key are handled by a recipient one after another, in the order in which they were posted.
 * 2. A request has exactly one answer: of its handler, or the hub's own: MAILBOX_FULL, RECIPIENT_UNKNOWN, WORK_DEADLINE, DRAINING,
 *    `cancelled` when its sender withdrew it. One that is asked again under the same id is not handed over again: it gets the
 *    answer of the first; where that is over, the answer that was kept, or ALREADY_EXISTS where it was too long to keep.
 * 3. A message is handed over to an agent at most once, also where several ways and subscriptions lead to it. One that was
 *    refused, or dropped before it was handed over, may be posted again under the same id.
 * 4. Nothing is lost below a mailbox's capacity while its agent stays; what is dropped above is counted in `gap`.
 * 5. Mailboxes, blocked senders, deliveries in hand and the memory of repeated messages are bounded.
 * 6. A message goes through no hub twice and through at most `hopsMax` of them.
 */
export const hubMachine: Machine<HubState, HubInput, HubEvent, HubEffect> = { decide, evolve, nextDeadline };

function decide(state: HubState, input: HubInput, now: Instant): Decision<HubEvent, HubEffect> {
  const draft = new Draft(state, now);
  // These say what happened before time is looked at: an answer that is here is no answer that is late.
  const isPast = input.type === 'settled' || input.type === 'withdraw';
  if (!isPast) timeOut(draft);
  take(draft, input);
  if (isPast) timeOut(draft);
  return draft.decision();
}

function nextDeadline(state: HubState): Instant | undefined {
  return state.requests[0]?.deadline;
}

function take(draft: Draft, input: HubInput): void {
  switch (input.type) {
    case 'post':
      return post(draft, input.message, input.ref);
    case 'settled':
      return settle(draft, input.deliveryId, input.outcome);
    case 'join': {
      const { name, capability, runId, mailbox, subscriptions = [] } = input.agent;
      const served = runId !== undefined ? { runId } : capability !== undefined ? { capability } : {};
      const what = { kind: 'agent' as const, name, subscriptions, ...served };
      return join(draft, emptyRecipient(draft.state, what, mailbox), input.ref);
    }
    case 'bridge': {
      const { name, hub, runId, rules, mailbox } = input.bridge;
      const what = { kind: 'bridge' as const, name, hub, rules, ...(runId === undefined ? {} : { runId }) };
      return join(draft, emptyRecipient(draft.state, what, mailbox), input.ref);
    }
    case 'leave':
      return leave(draft, `agent/${input.agent}`, input.ref);
    case 'unbridge':
      return leave(draft, `bridge/${input.bridge}`, input.ref);
    case 'subscribe':
      return subscribe(draft, `agent/${input.agent}`, input.subscription, input.ref);
    case 'unsubscribe': {
      const place = `agent/${input.agent}`;
      const known = draft.recipient(place)?.subscriptions.some((one) => idOf(one) === input.subscription);
      if (known === true) draft.happen({ type: 'Unsubscribed', place, subscription: input.subscription });
      return draft.receipt(input.ref, DONE);
    }
    case 'withdraw':
      return withdraw(draft, input.ref, input.reason);
    case 'deadline':
      return;
    case 'close':
      return close(draft, input.reason);
  }
}

function timeOut(draft: Draft): void {
  const error = errorData('WORK_DEADLINE', 'the request was not answered in its time');
  for (const request of draft.state.requests) {
    if (request.deadline > draft.now) return;
    endRequest(draft, request, { kind: 'failed', error }, error.message);
  }
}

/** A handler's failure reaches the requester as it is. One that was withdrawn, or is told twice, changes nothing. */
function settle(draft: Draft, deliveryId: string, outcome: Outcome): void {
  const recipient = draft.state.recipients.find(({ inFlight }) => Object.hasOwn(inFlight, deliveryId));
  const message = recipient?.inFlight[deliveryId];
  if (recipient === undefined || message === undefined) return;
  const place = placeOf(recipient);
  const isRefused = wasRefused(recipient, outcome);
  draft.happen({ type: 'Settled', place, deliveryId, outcome: outcome.kind });
  answer(draft, message.uid, outcome, !isRefused);
  if (isRefused) forget(draft, [message]);
  pump(draft, place);
}

/** Another hub, or the run that is an agent, did not take it: so it may be sent there again. What an agent there has had, that hub remembers. */
function wasRefused({ kind, runId }: Recipient, outcome: Outcome): boolean {
  if (outcome.kind !== 'failed') return false;
  if (kind === 'bridge') return REFUSALS.has(outcome.error.id);
  return runId !== undefined && RUN_REFUSALS.has(outcome.error.id);
}

function idsOf(names: readonly ErrorName[]): ReadonlySet<string> {
  return new Set(names.map((name) => errorData(name, '').id));
}

function join(draft: Draft, recipient: Recipient, ref: string | undefined): void {
  const { state } = draft;
  const error =
    state.closed === true
      ? errorData('DRAINING', `the hub "${state.id}" has closed`)
      : draft.recipient(placeOf(recipient)) !== undefined
        ? errorData(
            'ALREADY_EXISTS',
            `the name "${recipient.name}" is taken by another ${recipient.kind}: let it leave first, or take another name`,
          )
        : state.recipients.length >= RECIPIENTS_MAX
          ? errorData('LIMIT_EXCEEDED', `a hub has at most ${RECIPIENTS_MAX} agents and bridges: bridge a second hub`)
          : undefined;
  if (error !== undefined) {
    draft.happen({ type: 'Refused', error });
    return draft.receipt(ref, { kind: 'failed', error });
  }
  draft.happen({ type: 'Joined', recipient });
  draft.receipt(ref, DONE);
}

function leave(draft: Draft, place: string, ref: string | undefined): void {
  const recipient = draft.recipient(place);
  if (recipient !== undefined) {
    abandon(
      draft,
      recipient,
      errorData('RECIPIENT_UNKNOWN', `"${recipient.name}" has left the hub: let it join again, or write to another`),
    );
    draft.happen({ type: 'Left', place });
  }
  draft.receipt(ref, DONE);
}

function subscribe(draft: Draft, place: string, subscription: Subscription, ref: string | undefined): void {
  const recipient = draft.recipient(place);
  const id = idOf(subscription);
  const error =
    recipient === undefined
      ? errorData(
          'RECIPIENT_UNKNOWN',
          `"${place.slice('agent/'.length)}" is not with the hub "${draft.state.id}": let it join first, or write its name as it joined`,
        )
      : recipient.subscriptions.some((one) => idOf(one) === id)
        ? errorData('ALREADY_EXISTS', `there is a subscription "${id}": give this one an "id" of its own`)
        : recipient.subscriptions.length >= SUBSCRIPTIONS_MAX
          ? errorData('LIMIT_EXCEEDED', `an agent has at most ${SUBSCRIPTIONS_MAX} subscriptions: use patterns`)
          : undefined;
  if (error === undefined) draft.happen({ type: 'Subscribed', place, subscription });
  else draft.happen({ type: 'Refused', error, place });
  draft.receipt(ref, error === undefined ? DONE : { kind: 'failed', error });
}

function idOf({ id, topic }: Subscription): string {
  return id ?? topic;
}

/** Others who asked the same go on waiting for the answer. */
function withdraw(draft: Draft, ref: string, reason: string): void {
  const request = draft.state.requests.find(({ refs }) => refs.includes(ref));
  if (request === undefined) return;
  const outcome: Outcome = { kind: 'cancelled', reason };
  if (request.refs.length === 1) return endRequest(draft, request, outcome, reason);
  draft.happen({ type: 'Detached', uid: request.uid, ref });
  draft.ask({ type: 'answer', ref, outcome });
}

function close(draft: Draft, reason: string): void {
  if (draft.state.closed === true) return;
  const error = errorData('DRAINING', `the hub "${draft.state.id}" has closed: ${reason}`);
  for (const recipient of draft.state.recipients) abandon(draft, recipient, error);
  draft.happen({ type: 'Closed' });
}
