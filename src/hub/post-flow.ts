import { type ErrorData, errorData, type Instant, later } from 'tau-core';
import type { Draft } from './draft.js';
import { dropOldest, placedOutcome, placingAt, pump, takerAt } from './mailbox-flow.js';
import type { PostedMessage } from './port.js';
import { holds } from './predicate.js';
import {
  type HubMessage,
  type HubState,
  MESSAGE_CHARS_MAX,
  placeOf,
  REQUEST_REFS_MAX,
  type Recipient,
  recipientAt,
  seenOf,
} from './state.js';
import { isTopic, topicMatches } from './topic.js';

/** So many of those who are there are named to whoever takes a wrong name. */
const NAMED_MAX = 10;

/** Takes a message and places it with whom it is for. It is remembered only when somebody has it: what is refused may come again. */
export function post(draft: Draft, posted: PostedMessage, ref: string | undefined): void {
  const { state } = draft;
  const problem = problemOf(state, posted);
  if (problem !== undefined) {
    draft.happen({ type: 'Refused', error: problem });
    return fail(draft, posted, ref, problem);
  }
  const origin = posted.origin ?? state.id;
  const seen = seenOf({ ...posted, origin });
  if (state.seen.includes(seen)) return repeat(draft, posted, { seen, ref });
  const uid = state.messages + 1;
  const message = messageOf(state, posted, { uid, origin, ref, now: draft.now });
  const isDirect = message.kind === 'send' || message.kind === 'request';
  if (isDirect) return direct(draft, message, seen);
  spread(draft, message, seen);
}

/** What has come before is taken no second time; a request is answered all the same. */
function repeat(
  draft: Draft,
  posted: PostedMessage,
  { seen, ref }: { readonly seen: string; readonly ref: string | undefined },
): void {
  if (posted.kind !== 'request') {
    draft.happen({ type: 'Repeated', seen });
    return draft.receipt(ref, placedOutcome(0));
  }
  const { requests, answers } = draft.state;
  const open = requests.find((one) => one.seen === seen);
  // The same one who asks twice gets one answer.
  if (ref === undefined || open?.refs.includes(ref) === true) return draft.happen({ type: 'Repeated', seen });
  if (open !== undefined && open.refs.length < REQUEST_REFS_MAX) {
    return draft.happen({ type: 'Repeated', seen, uid: open.uid, ref });
  }
  draft.happen({ type: 'Repeated', seen });
  const kept = answers.findLast((one) => one.seen === seen);
  if (kept !== undefined) return draft.ask({ type: 'answer', ref, outcome: kept.outcome });
  const error =
    open === undefined
      ? errorData(
          'ALREADY_EXISTS',
          `a message "${posted.id}" of "${posted.from}" has come before, and no answer to it is kept: give this one another id`,
        )
      : errorData(
          'LIMIT_EXCEEDED',
          `${REQUEST_REFS_MAX} wait for the answer to "${posted.id}": ask again once it is answered`,
        );
  fail(draft, posted, ref, error);
}

function direct(draft: Draft, message: HubMessage, seen: string): void {
  const refuse = (error: ErrorData, place?: string): void => {
    draft.happen({ type: 'Refused', error, ...(place === undefined ? {} : { place }) });
    fail(draft, message, message.ref, error);
  };
  const recipient = routeOf(draft.state, message);
  if (recipient === undefined) return refuse(unknownRecipient(draft.state, message));
  const place = placeOf(recipient);
  const placing = placingAt(recipient);
  if (typeof placing === 'object') return refuse(placing, place);
  draft.happen({ type: 'Posted', uid: message.uid, seen });
  if (placing === 'displaces') dropOldest(draft, recipient);
  draft.happen({ type: placing === 'blocked' ? 'Blocked' : 'Placed', place, message });
  if (placing !== 'blocked' && message.kind === 'send') draft.receipt(message.ref, placedOutcome(1));
  pump(draft, place);
}

/** A publication or broadcast: its receipt says who could not take it. What blocks counts as taken. */
function spread(draft: Draft, message: HubMessage, seen: string): void {
  const refused: { readonly place: string; readonly error: ErrorData }[] = [];
  const placed: Recipient[] = [];
  const blocked: string[] = [];
  const full: Recipient[] = [];
  for (const recipient of draft.state.recipients) {
    if (!isFor(draft.state, recipient, message)) continue;
    const placing = placingAt(recipient);
    if (typeof placing === 'object') refused.push({ place: placeOf(recipient), error: placing });
    else if (placing === 'blocked') blocked.push(placeOf(recipient));
    else placed.push(recipient);
    if (placing === 'displaces') full.push(recipient);
  }
  const taken = placed.length + blocked.length;
  if (taken > 0) {
    draft.happen({ type: 'Posted', uid: message.uid, seen });
    for (const recipient of full) dropOldest(draft, recipient);
    draft.happen({ type: 'Spread', message, placed: placed.map(placeOf), blocked });
  }
  for (const { place, error } of refused) draft.happen({ type: 'Refused', error, place });
  handOut(draft, message, placed);
  const places = refused.map(({ place }) => place);
  draft.receipt(message.ref, placedOutcome(taken, places));
}

/** Nothing that waited before could be handed over: so only this one can, and it is for all of them in one event. */
function handOut(draft: Draft, message: HubMessage, placed: readonly Recipient[]): void {
  const first = draft.state.deliveries + 1;
  const deliveries = placed
    .filter((recipient) => takerAt(recipient)(message))
    .map((recipient, index) => ({ place: placeOf(recipient), deliveryId: `d${first + index}` }));
  if (deliveries.length === 0) return;
  const gaps = new Map(draft.state.recipients.map((recipient) => [placeOf(recipient), recipient.gap]));
  draft.happen({ type: 'HandedOut', uid: message.uid, deliveries });
  for (const { place, deliveryId } of deliveries) {
    draft.ask({ type: 'deliver', deliveryId, place, message, gap: gaps.get(place) ?? 0 });
  }
}

/** Names those who are there, so that a slip of the pen is seen at once. */
function unknownRecipient({ id, recipients }: HubState, { to = '' }: HubMessage): ErrorData {
  const agents = recipients.filter(({ kind }) => kind === 'agent').map(({ name }) => name);
  const known = agents.slice(0, NAMED_MAX).join(', ');
  const more = agents.length > NAMED_MAX ? ` and ${agents.length - NAMED_MAX} more` : '';
  return errorData(
    'RECIPIENT_UNKNOWN',
    `"${to}" is not with the hub "${id}", nor behind a bridge of it: let it join, add a bridge whose rules name it, or write ${
      agents.length === 0 ? 'another name (no agent is here yet)' : `one of the names that are here: ${known}${more}`
    }`,
  );
}

/** An agent by its name; else the first bridge whose rules take it. */
function routeOf(state: HubState, message: HubMessage): Recipient | undefined {
  const own = recipientAt(state, `agent/${message.to ?? ''}`);
  return own ?? state.recipients.find((one) => one.kind === 'bridge' && isFor(state, one, message));
}

function isFor(state: HubState, recipient: Recipient, message: HubMessage): boolean {
  return recipient.kind === 'bridge' ? crosses(state, recipient, message) : isForAgent(state, recipient, message);
}

function isForAgent(
  { id }: HubState,
  { name, subscriptions }: Recipient,
  { kind, from, origin, topic = '', attributes = {} }: HubMessage,
): boolean {
  // Another hub may have an agent of the same name: that is somebody else.
  if (kind === 'broadcast') return name !== from || origin !== id;
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
    return errorData(
      'RECIPIENT_UNKNOWN',
      `the message has been at the hub "${state.id}" before: bridges that lead in a circle need rules that part the names`,
    );
  if ((kind === 'send' || kind === 'request') && (to === undefined || to === ''))
    return errorData('INVALID_ARGUMENT', `a ${kind} needs "to", the name of its recipient`);
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
