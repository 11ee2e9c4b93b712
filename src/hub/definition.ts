import type { Json, JsonObject } from 'tau-core';

/**
 * A hub as data: who can be reached through it, how much may wait for each, and which other hubs it reaches. Plain JSON, read by
 * `hubLanguage.parse`. One run of it is one hub; agents and bridges may also join later, by messages.
 *
 * The least: `{ "name": "team", "agents": [{ "name": "planner" }, { "name": "coder" }] }`.
 */
export interface HubDefinition {
  /** Version of this shape; may be left out in a text. */
  readonly format?: 1;
  /** 1 to 100 characters of letters, digits and `._-`. Names the hub to others, unless `id` does: so unique among bridged hubs. */
  readonly name: string;
  readonly description?: string;
  readonly id?: string;
  readonly agents?: readonly AgentDefinition[];
  readonly bridges?: readonly BridgeDefinition[];
  /** For agents and bridges that say nothing else. */
  readonly mailbox?: MailboxOptions;
  /** For requests that name no time. 1 to 86,400,000; default 60,000. */
  readonly requestTimeoutMs?: number;
  /** Through how many hubs a message goes at most. 1 to 32; default 8. */
  readonly hopsMax?: number;
}

export interface AgentDefinition {
  /** 1 to 100 characters of letters, digits and `._-`. */
  readonly name: string;
  /** What deliveries call; default `agent:<name>`. Its input is a `HubDelivery`, its output the answer to a request. */
  readonly capability?: string;
  /**
   * The run that is the agent, in place of a capability: deliveries are messages to it, `{ "op": "delivery", "hub", ... }` with the
   * members of a `HubDelivery`. A request has `deliveryId`, `replyTo` and `timeoutMs` as well; it is answered by a message to the run
   * `replyTo`: `{ "op": "answered", "deliveryId", "output" }`, or `"error"`, a text, in place of the output. The host must be one in
   * which runs reach each other. What the run does not take (it is full, has ended, is not there) is not told to it again: of a
   * request the sender gets the host's error, and both may be posted again under the same id.
   */
  readonly runId?: string;
  readonly mailbox?: MailboxOptions;
  /** At most 100. */
  readonly subscriptions?: readonly Subscription[];
}

/** The way to another hub. */
export interface BridgeDefinition {
  readonly name: string;
  /** The other hub's id: what has been there already is not sent there. */
  readonly hub: string;
  /** The run that is the other hub; in other hosts than programs' the shell knows the way. */
  readonly runId?: string;
  /** What goes over it: at least one must hold. Names of its own agents never do. */
  readonly rules: readonly BridgeRule[];
  readonly mailbox?: MailboxOptions;
}

/** Sends and requests by the recipient's name, publications by topic (and attributes), or broadcasts. Patterns as for topics. */
export type BridgeRule =
  | { readonly to: string }
  | { readonly topic: string; readonly where?: Predicate }
  | { readonly broadcast: true };

/** How much may wait for one recipient, and what happens to more. */
export interface MailboxOptions {
  /** How many wait at most; those that are being handled do not count. 1 to 10,000; default 100. */
  readonly capacity?: number;
  /**
   * `refuse` (the default): the sender gets MAILBOX_FULL. `drop-oldest`: the one that waits longest makes room (a request is
   * answered MAILBOX_FULL), and the next delivery says how many are missing as `gap`. `block`: the sender's receipt comes once there is room:
   * it is the credit for its next message; no more than `blockedMax` wait for that.
   */
  readonly onFull?: 'refuse' | 'drop-oldest' | 'block';
  /** 1 to 10,000; default 100. */
  readonly blockedMax?: number;
  /** How many are handled at once. 1 to 1,000; default 1 for agents, 16 for bridges. Of equal sender and key it is always one. */
  readonly concurrency?: number;
}

/** Publications of a topic go to whoever subscribes: once to each, however many of its subscriptions fit. */
export interface Subscription {
  /** Default: the topic. Names it for `unsubscribe`. */
  readonly id?: string;
  /** Segments between dots; `*` is any one segment, `**` any number of them, none included. 1 to 200 characters. */
  readonly topic: string;
  readonly where?: Predicate;
}

/** A condition over a message's attributes, as data. At most 8 levels and 100 parts. */
export type Predicate =
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | {
      readonly attribute: string;
      /** `equals` compares JSON values; the others hold only where both sides are numbers, or texts by code units. */
      readonly is:
        | 'equals'
        | 'differs'
        | 'in'
        | 'exists'
        | 'absent'
        | 'below'
        | 'above'
        | 'atMost'
        | 'atLeast'
        | 'startsWith';
      readonly value?: Json;
    };

/** What an agent is given: the input of its capability. */
export interface HubDelivery extends JsonObject {
  /** As its sender named it. */
  readonly id: string;
  readonly kind: 'send' | 'request' | 'publish' | 'broadcast';
  readonly from: string;
  readonly to?: string;
  readonly topic?: string;
  readonly key?: string;
  readonly attributes?: JsonObject;
  readonly body: Json;
  /** How many messages before this one were dropped since the last delivery. */
  readonly gap?: number;
  /** The hub where it was posted. */
  readonly origin: string;
}
