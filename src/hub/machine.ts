import { type Decision, earliest, errorData, type Instant, type Machine, type Outcome } from 'tau-core';
import type { Subscription } from './definition.js';
import { Draft } from './draft.js';
import type { HubEvent } from './event.js';
import { evolve } from './evolve.js';
import { abandon, answer, endRequest, pump } from './mailbox-flow.js';
import type { HubEffect, HubInput } from './port.js';
import { post } from './post-flow.js';
import { emptyRecipient, type HubState, placeOf, RECIPIENTS_MAX, type Recipient, SUBSCRIPTIONS_MAX } from './state.js';

const DONE: Outcome = { kind: 'ok', output: null };

/**
 * A hub: messages between agents, with mailboxes.
 *
 * Owns: who is there, what waits for whom, in what order it is handed over, and the answer to each request.
 * Does not own: handlers, the ways to other hubs, time.
 *
 * 1. Messages of equal sender and key are handled by a recipient one after another, in the order in which they were posted.
 * 2. A request has exactly one answer: of its handler, or the hub's own: MAILBOX_FULL, RECIPIENT_UNKNOWN, WORK_DEADLINE, DRAINING,
 *    `cancelled` when its sender withdrew it.
 * 3. A message is handed over to a recipient at most once, also where several ways and subscriptions lead to it.
 * 4. Nothing is lost below a mailbox's capacity while its agent stays; what is dropped above is counted in `gap`.
 * 5. Mailboxes, blocked senders, deliveries in hand and the memory of repeated messages are bounded.
 * 6. A message goes through no hub twice and through at most `hopsMax` of them.
 */
export const hubMachine: Machine<HubState, HubInput, HubEvent, HubEffect> = { decide, evolve, nextDeadline };

function decide(state: HubState, input: HubInput, now: Instant): Decision<HubEvent, HubEffect> {
  const draft = new Draft(state, now);
  // Time first: what is late now is late, whatever the input says.
  timeOut(draft);
  take(draft, input);
  return draft.decision();
}

function nextDeadline(state: HubState): Instant | undefined {
  let next: Instant | undefined;
  for (const { deadline } of Object.values(state.requests)) next = earliest(next, deadline);
  return next;
}

function take(draft: Draft, input: HubInput): void {
  switch (input.type) {
    case 'post':
      return post(draft, input.message, input.ref);
    case 'settled':
      return settle(draft, input.deliveryId, input.outcome);
    case 'join': {
      const { name, capability, mailbox, subscriptions = [] } = input.agent;
      const what = { kind: 'agent' as const, name, subscriptions, ...(capability === undefined ? {} : { capability }) };
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
  const late = Object.entries(draft.state.requests).filter(([, { deadline }]) => deadline <= draft.now);
  for (const [uid] of late.sort(([a, one], [b, other]) => one.deadline - other.deadline || Number(a) - Number(b))) {
    const error = errorData('WORK_DEADLINE', 'the request was not answered in its time');
    endRequest(draft, Number(uid), { kind: 'failed', error }, error.message);
  }
}

/** A handler's failure reaches the requester as it is. One that was withdrawn, or is told twice, changes nothing. */
function settle(draft: Draft, deliveryId: string, outcome: Outcome): void {
  for (const [place, { inFlight }] of Object.entries(draft.state.recipients)) {
    const message = Object.hasOwn(inFlight, deliveryId) ? inFlight[deliveryId] : undefined;
    if (message === undefined) continue;
    draft.happen({ type: 'Settled', place, deliveryId, outcome: outcome.kind });
    answer(draft, message, outcome);
    return pump(draft, place);
  }
}

function join(draft: Draft, recipient: Recipient, ref: string | undefined): void {
  const { state } = draft;
  const error =
    state.closed === true
      ? errorData('DRAINING', `the hub "${state.id}" has closed`)
      : Object.hasOwn(state.recipients, placeOf(recipient))
        ? errorData(
            'ALREADY_EXISTS',
            `the name "${recipient.name}" is taken by another ${recipient.kind}: let it leave first, or take another name`,
          )
        : Object.keys(state.recipients).length >= RECIPIENTS_MAX
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
    abandon(draft, recipient, errorData('RECIPIENT_UNKNOWN', `"${recipient.name}" has left the hub`));
    draft.happen({ type: 'Left', place });
  }
  draft.receipt(ref, DONE);
}

function subscribe(draft: Draft, place: string, subscription: Subscription, ref: string | undefined): void {
  const recipient = draft.recipient(place);
  const id = idOf(subscription);
  const error =
    recipient === undefined
      ? errorData('RECIPIENT_UNKNOWN', `"${place.slice('agent/'.length)}" is not with the hub: join first`)
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

function withdraw(draft: Draft, ref: string, reason: string): void {
  for (const [uid, { place }] of Object.entries(draft.state.requests)) {
    const recipient = draft.recipient(place);
    const all =
      recipient === undefined ? [] : [...recipient.queue, ...recipient.blocked, ...Object.values(recipient.inFlight)];
    if (all.some((message) => String(message.uid) === uid && message.ref === ref)) {
      return endRequest(draft, Number(uid), { kind: 'cancelled', reason }, reason);
    }
  }
}

function close(draft: Draft, reason: string): void {
  if (draft.state.closed === true) return;
  const error = errorData('DRAINING', `the hub "${draft.state.id}" has closed: ${reason}`);
  for (const recipient of Object.values(draft.state.recipients)) abandon(draft, recipient, error);
  draft.happen({ type: 'Closed' });
}
