import { type ErrorData, errorData, type Instant, later } from 'tau-core';
import type { Draft } from './draft.js';
import { placedOutcome, pump, put } from './mailbox-flow.js';
import type { PostedMessage } from './port.js';
import { holds } from './predicate.js';
import { type HubMessage, type HubState, MESSAGE_CHARS_MAX, placeOf, type Recipient } from './state.js';
import { isTopic, topicMatches } from './topic.js';

/** Takes a message and places it with whom it is for. */
export function post(draft: Draft, posted: PostedMessage, ref: string | undefined): void {
  const { state } = draft;
  const problem = problemOf(state, posted);
  if (problem !== undefined) {
    draft.happen({ type: 'Refused', error: problem });
    return fail(draft, posted, ref, problem);
  }
  const origin = posted.origin ?? state.id;
  const seen = JSON.stringify([origin, posted.from, posted.id]);
  if (state.seen.includes(seen)) {
    draft.happen({ type: 'Repeated', seen });
    // The answer to a request goes to the first; a message that has come already has arrived.
    return posted.kind === 'request' ? undefined : draft.receipt(ref, placedOutcome(0));
  }
  const uid = state.messages + 1;
  draft.happen({ type: 'Posted', uid, seen });
  const message = messageOf(state, posted, { uid, origin, ref, now: draft.now });
  const isDirect = message.kind === 'send' || message.kind === 'request';
  if (isDirect) return direct(draft, message);
  spread(draft, message);
}

function direct(draft: Draft, message: HubMessage): void {
  const recipient = routeOf(draft.state, message);
  if (recipient === undefined) {
    const error = errorData(
      'RECIPIENT_UNKNOWN',
      `"${message.to ?? ''}" is not with the hub "${draft.state.id}", nor behind a bridge of it`,
    );
    draft.happen({ type: 'Refused', error });
    return fail(draft, message, message.ref, error);
  }
  const placing = put(draft, recipient, message);
  if (typeof placing === 'object') return fail(draft, message, message.ref, placing);
  if (placing === 'placed' && message.kind === 'send') draft.receipt(message.ref, placedOutcome(1));
  pump(draft, placeOf(recipient));
}

/** A publication or broadcast: its receipt says who could not take it. What blocks counts as taken. */
function spread(draft: Draft, message: HubMessage): void {
  const recipients = Object.values(draft.state.recipients).filter((one) => isFor(draft.state, one, message));
  const refused: string[] = [];
  for (const recipient of recipients) {
    if (typeof put(draft, recipient, message) === 'object') refused.push(placeOf(recipient));
    pump(draft, placeOf(recipient));
  }
  draft.receipt(message.ref, placedOutcome(recipients.length - refused.length, refused));
}

/** An agent by its name; else the first bridge whose rules take it. */
function routeOf(state: HubState, message: HubMessage): Recipient | undefined {
  const own = `agent/${message.to ?? ''}`;
  if (Object.hasOwn(state.recipients, own)) return state.recipients[own];
  return Object.values(state.recipients).find((one) => one.kind === 'bridge' && isFor(state, one, message));
}

function isFor(state: HubState, recipient: Recipient, message: HubMessage): boolean {
  return recipient.kind === 'bridge' ? crosses(state, recipient, message) : isForAgent(recipient, message);
}

function isForAgent(
  { name, subscriptions }: Recipient,
  { kind, from, topic = '', attributes = {} }: HubMessage,
): boolean {
  if (kind === 'broadcast') return name !== from;
  return subscriptions.some((one) => topicMatches(topic, one.topic) && holds(one.where, attributes));
}

/** Whether a bridge takes a message: not where it has been, and not further than it may go. */
function crosses(state: HubState, { hub = '', rules }: Recipient, message: HubMessage): boolean {
  const { kind, to = '', topic = '', attributes = {}, visited } = message;
  if (visited.includes(hub) || visited.length + 1 >= state.hopsMax) return false;
  return rules.some((rule) => {
    if ('broadcast' in rule) return kind === 'broadcast';
    if ('topic' in rule) return kind === 'publish' && topicMatches(topic, rule.topic) && holds(rule.where, attributes);
    return (kind === 'send' || kind === 'request') && topicMatches(to, rule.to);
  });
}

function problemOf(
  state: HubState,
  { kind, to, topic, body, attributes, visited = [] }: PostedMessage,
): ErrorData | undefined {
  if (state.closed === true) return errorData('DRAINING', `the hub "${state.id}" has closed`);
  if (visited.includes(state.id))
    return errorData('RECIPIENT_UNKNOWN', `the message has been at the hub "${state.id}" before`);
  if ((kind === 'send' || kind === 'request') && (to === undefined || to === ''))
    return errorData('INVALID_ARGUMENT', `a ${kind} needs "to"`);
  if (kind === 'publish' && (topic === undefined || !isTopic(topic))) {
    return errorData(
      'INVALID_ARGUMENT',
      'a publication needs "topic": segments between dots, without * and white space',
    );
  }
  const chars = JSON.stringify(body).length + JSON.stringify(attributes ?? null).length;
  if (chars <= MESSAGE_CHARS_MAX) return undefined;
  return errorData(
    'LIMIT_EXCEEDED',
    `the message has ${chars} characters; ${MESSAGE_CHARS_MAX} are allowed: send a reference instead`,
  );
}

interface Taken {
  readonly uid: number;
  readonly origin: string;
  readonly ref: string | undefined;
  readonly now: Instant;
}

function messageOf(state: HubState, posted: PostedMessage, { uid, origin, ref, now }: Taken): HubMessage {
  const { timeoutMs, visited = [], origin: _, ...rest } = posted;
  return {
    ...rest,
    uid,
    origin,
    visited,
    ...(ref === undefined ? {} : { ref }),
    ...(posted.kind === 'request' ? { deadline: later(now, timeoutMs ?? state.requestTimeoutMs) } : {}),
  };
}

/** The answer to a request that never came to be open, or the receipt of another message. */
function fail(draft: Draft, { kind }: Pick<PostedMessage, 'kind'>, ref: string | undefined, error: ErrorData): void {
  if (kind !== 'request') return draft.receipt(ref, { kind: 'failed', error });
  if (ref !== undefined) draft.ask({ type: 'answer', ref, outcome: { kind: 'failed', error } });
}
