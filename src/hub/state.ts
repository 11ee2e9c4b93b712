import type { Instant, Json, JsonObject, Outcome } from 'tau-core';
import type { BridgeRule, Subscription } from './definition.js';

/** A message on its way. */
export interface HubMessage {
  /** Counted by this hub. */
  readonly uid: number;
  /** As its sender named it. */
  readonly id: string;
  readonly kind: 'send' | 'request' | 'publish' | 'broadcast';
  readonly from: string;
  readonly to?: string;
  readonly topic?: string;
  readonly key?: string;
  readonly attributes?: JsonObject;
  readonly body: Json;
  /** The hub where it was posted. */
  readonly origin: string;
  /** Hubs that it has been through, the first one first, without this one. */
  readonly visited: readonly string[];
  /** What receipts and answers go by; absent where nobody wants one. */
  readonly ref?: string;
  /** Of a request: when it is answered WORK_DEADLINE. */
  readonly deadline?: Instant;
}

export interface Mailbox {
  readonly capacity: number;
  readonly onFull: 'refuse' | 'drop-oldest' | 'block';
  readonly blockedMax: number;
  readonly concurrency: number;
}

/** An agent, or a bridge: both have a mailbox, and deliveries that are being handled. */
export interface Recipient {
  readonly kind: 'agent' | 'bridge';
  readonly name: string;
  /** Of an agent: what deliveries call. */
  readonly capability?: string;
  /** Of a bridge: the other hub. */
  readonly hub?: string;
  /** The run that the agent, or the other hub, is. */
  readonly runId?: string;
  readonly rules: readonly BridgeRule[];
  readonly subscriptions: readonly Subscription[];
  readonly mailbox: Mailbox;
  /** First in, first out among those of equal sender and key. */
  readonly queue: readonly HubMessage[];
  /** Wait for room; their senders have no receipt yet. */
  readonly blocked: readonly HubMessage[];
  /** By delivery id. */
  readonly inFlight: { readonly [deliveryId: string]: HubMessage };
  /** Dropped since the last delivery. */
  readonly gap: number;
}

export interface HubCounts {
  readonly posted: number;
  readonly delivered: number;
  readonly handled: number;
  /** Handlers that failed. */
  readonly failed: number;
  readonly answered: number;
  readonly refused: number;
  readonly dropped: number;
  readonly duplicates: number;
}

/** A request that has no answer yet. */
export interface OpenRequest {
  /** Of its message. */
  readonly uid: number;
  readonly place: string;
  readonly deadline: Instant;
  /** What it is remembered by. */
  readonly seen: string;
  /** Who gets the answer: whoever asked, and whoever asked the same again meanwhile. */
  readonly refs: readonly string[];
}

/** What a request came to, for whoever asks it again. */
export interface KeptAnswer {
  readonly seen: string;
  readonly outcome: Outcome;
}

/** A hub. Plain JSON; bounded by its mailboxes, `RECIPIENTS_MAX`, `SEEN_MAX` and `ANSWER_CHARS_MAX`. */
export interface HubState {
  readonly format: 1;
  readonly id: string;
  readonly hopsMax: number;
  readonly requestTimeoutMs: number;
  readonly defaults: Partial<Mailbox>;
  /** In the order in which they came. A list, as a copy of it costs a hundredth of an object's. */
  readonly recipients: readonly Recipient[];
  /** The first to run out of time comes first; of equal ones the older. */
  readonly requests: readonly OpenRequest[];
  /**
   * The last messages that somebody has, or had in hand, so that one which comes twice is taken once. Newest last. What nobody
   * took is not among them: it may come again.
   */
  readonly seen: readonly string[];
  /** Of requests among `seen` that were handed over. Newest last. */
  readonly answers: readonly KeptAnswer[];
  readonly messages: number;
  readonly deliveries: number;
  readonly counts: HubCounts;
  readonly closed?: true;
}

export const RECIPIENTS_MAX = 1_000;
export const SUBSCRIPTIONS_MAX = 100;
export const SEEN_MAX = 1_000;
/** An answer of more characters, as JSON text, is not kept for whoever asks again. */
export const ANSWER_CHARS_MAX = 4_096;
/** So many get the answer to one request; further ones are refused. */
export const REQUEST_REFS_MAX = 100;
/** Of a message's body and attributes together, as JSON text. */
export const MESSAGE_CHARS_MAX = 262_144;

export const REQUEST_TIMEOUT_MS = 60_000;
export const HOPS_MAX = 8;

const NO_COUNTS: HubCounts = {
  posted: 0,
  delivered: 0,
  handled: 0,
  failed: 0,
  answered: 0,
  refused: 0,
  dropped: 0,
  duplicates: 0,
};

/** What a hub begins with. */
export interface HubOptions {
  /** Unique among hubs that are bridged. */
  readonly id: string;
  readonly hopsMax?: number;
  readonly requestTimeoutMs?: number;
  readonly mailbox?: Partial<Mailbox>;
}

export function emptyHub({ id, hopsMax, requestTimeoutMs, mailbox }: HubOptions): HubState {
  return {
    format: 1,
    id,
    hopsMax: hopsMax ?? HOPS_MAX,
    requestTimeoutMs: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    defaults: mailbox ?? {},
    recipients: [],
    requests: [],
    seen: [],
    answers: [],
    messages: 0,
    deliveries: 0,
    counts: NO_COUNTS,
  };
}

/** A recipient without messages; what it does not say is as the hub has it. */
export function emptyRecipient(
  state: HubState,
  what: Pick<Recipient, 'kind' | 'name'> & Partial<Recipient>,
  mailbox: Partial<Mailbox> = {},
): Recipient {
  return {
    rules: [],
    subscriptions: [],
    queue: [],
    blocked: [],
    inFlight: {},
    gap: 0,
    ...what,
    mailbox: {
      capacity: 100,
      onFull: 'refuse',
      blockedMax: 100,
      concurrency: what.kind === 'agent' ? 1 : 16,
      ...state.defaults,
      ...mailbox,
    },
  };
}

export function placeOf({ kind, name }: Pick<Recipient, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

/** Who is at a place, `agent/<name>` or `bridge/<name>`. */
export function recipientAt(state: HubState, place: string): Recipient | undefined {
  return state.recipients[placeIndex(state, place)];
}

/** Where in the list of recipients; -1 when nobody is there. */
export function placeIndex({ recipients }: HubState, place: string): number {
  const slash = place.indexOf('/');
  const kind = place.slice(0, slash);
  const name = place.slice(slash + 1);
  return recipients.findIndex((one) => one.name === name && one.kind === kind);
}

/** What a message is remembered by: who posted it where, and as what. */
export function seenOf({ origin, from, id }: Pick<HubMessage, 'origin' | 'from' | 'id'>): string {
  return JSON.stringify([origin, from, id]);
}
