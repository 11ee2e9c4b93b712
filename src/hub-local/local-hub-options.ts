import type { Clock, Json, JsonObject } from 'tau-core';
import type { HubDelivery, MailboxOptions } from '../hub/definition.js';

/** What a handler may know of the message that it handles. */
export interface HubHandlerContext {
  /** Aborted when nobody waits for it any more: the request is out of time or given up, the agent left, the hub has closed. */
  readonly signal: AbortSignal;
}

/**
 * Handles a message. What it gives answers a request, and is of no interest otherwise. A `TauError` that it throws reaches the
 * requester as it is; any other as HANDLER_FAILED. Input and output are copied by way of JSON.
 */
export type HubHandler = (message: HubDelivery, context: HubHandlerContext) => Json | Promise<Json>;

export interface LocalHubOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Unique among hubs that are bridged; default `hub`. */
  readonly id?: string;
  /** Agents that are there from the start. */
  readonly handlers?: { readonly [name: string]: HubHandler };
  /** For agents and bridges that say nothing else. */
  readonly mailbox?: MailboxOptions;
  /** Default 60,000. */
  readonly requestTimeoutMs?: number;
  /** Default 8. */
  readonly hopsMax?: number;
}

/** What any message may say. */
export interface PostOptions {
  /** Who sends it; default `local`. */
  readonly from?: string;
  readonly key?: string;
  readonly attributes?: JsonObject;
}

export interface RequestOptions extends PostOptions {
  readonly timeoutMs?: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

/** Where a publication or broadcast went: how many took it, and the places (`agent/<name>`) that could not. */
export interface Spread {
  readonly recipients: number;
  readonly refused: readonly string[];
}
