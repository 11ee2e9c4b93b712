import type { Json, JsonObject, Outcome } from 'tau-core';
import type { AgentDefinition, BridgeDefinition, Subscription } from './definition.js';
import type { HubMessage } from './state.js';

/** A message as its sender posts it. */
export interface PostedMessage {
  /**
   * Unique for its sender: what comes twice is taken once, as long as `SEEN_MAX` others have not come between. What was refused
   * may come again. A publication or a broadcast that some took and some refused counts as taken.
   */
  readonly id: string;
  readonly kind: HubMessage['kind'];
  readonly from: string;
  /** Of a send and a request. */
  readonly to?: string;
  /** Of a publication. */
  readonly topic?: string;
  /** Messages of equal sender and key are handled one after another, in the order in which they were posted. */
  readonly key?: string;
  readonly attributes?: JsonObject;
  readonly body: Json;
  /** Of a request; default the hub's. */
  readonly timeoutMs?: number;
  /** Of one that comes over a bridge. */
  readonly origin?: string;
  readonly visited?: readonly string[];
}

/** What a hub is told. `ref`, where there is one, is what its receipt goes by. */
export type HubInput =
  | { readonly type: 'join'; readonly agent: AgentDefinition; readonly ref?: string }
  | { readonly type: 'leave'; readonly agent: string; readonly ref?: string }
  | { readonly type: 'bridge'; readonly bridge: BridgeDefinition; readonly ref?: string }
  | { readonly type: 'unbridge'; readonly bridge: string; readonly ref?: string }
  | { readonly type: 'subscribe'; readonly agent: string; readonly subscription: Subscription; readonly ref?: string }
  | { readonly type: 'unsubscribe'; readonly agent: string; readonly subscription: string; readonly ref?: string }
  | { readonly type: 'post'; readonly message: PostedMessage; readonly ref?: string }
  /** A delivery has been handled: the outcome of a request is its answer. */
  | { readonly type: 'settled'; readonly deliveryId: string; readonly outcome: Outcome }
  /** Whoever made a request gives up. */
  | { readonly type: 'withdraw'; readonly ref: string; readonly reason: string }
  | { readonly type: 'deadline' }
  | { readonly type: 'close'; readonly reason: string };

/** What a hub asks of its shell. */
export type HubEffect =
  /** Hand it over; `settled` says what came of it. A bridge's is posted to the other hub, with `visited` and the time left. */
  | {
      readonly type: 'deliver';
      readonly deliveryId: string;
      /** `agent/<name>` or `bridge/<name>`. */
      readonly place: string;
      readonly message: HubMessage;
      readonly gap: number;
      /** Of a request: how much time is left. */
      readonly timeoutMs?: number;
    }
  /** Nobody waits for a delivery any more: its handler is told to stop. */
  | { readonly type: 'withdraw'; readonly deliveryId: string; readonly reason: string }
  /** What became of an input: of a post `{ "recipients": n, "refused": [...] }` once it is in its mailboxes. Never for a request. */
  | { readonly type: 'receipt'; readonly ref: string; readonly outcome: Outcome }
  /** The one answer to a request; also to one that asked the same again, under another `ref`. */
  | { readonly type: 'answer'; readonly ref: string; readonly outcome: Outcome };
