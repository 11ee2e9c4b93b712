import type { ErrorData, Outcome } from 'tau-core';
import type { Subscription } from './definition.js';
import type { HubMessage, Recipient } from './state.js';

/** What can happen to a hub. */
export type HubEvent =
  | { readonly type: 'Joined'; readonly recipient: Recipient }
  /** What waited there is gone; requests among it have been answered. */
  | { readonly type: 'Left'; readonly place: string }
  | { readonly type: 'Subscribed'; readonly place: string; readonly subscription: Subscription }
  | { readonly type: 'Unsubscribed'; readonly place: string; readonly subscription: string }
  /** A message was taken: somebody has it, as what follows says. */
  | { readonly type: 'Posted'; readonly uid: number; readonly seen: string }
  /** It has come before. `uid` and `ref`: of an open request, whose answer goes there, too. */
  | { readonly type: 'Repeated'; readonly seen: string; readonly uid?: number; readonly ref?: string }
  /** Messages that waited for one recipient and were never handed over: they may be posted again. */
  | { readonly type: 'Forgotten'; readonly seen: readonly string[] }
  | { readonly type: 'Refused'; readonly error: ErrorData; readonly place?: string }
  | { readonly type: 'Placed'; readonly place: string; readonly message: HubMessage }
  | { readonly type: 'Blocked'; readonly place: string; readonly message: HubMessage }
  /** A publication or a broadcast, with all who have room for it, and all for whom it waits to get room. */
  | {
      readonly type: 'Spread';
      readonly message: HubMessage;
      readonly placed: readonly string[];
      readonly blocked: readonly string[];
    }
  | { readonly type: 'Unblocked'; readonly place: string; readonly uid: number }
  | { readonly type: 'Dropped'; readonly place: string; readonly uid: number }
  | { readonly type: 'Delivered'; readonly place: string; readonly uid: number; readonly deliveryId: string }
  /** What was spread, to all who take it at once. */
  | {
      readonly type: 'HandedOut';
      readonly uid: number;
      readonly deliveries: readonly { readonly place: string; readonly deliveryId: string }[];
    }
  | { readonly type: 'Settled'; readonly place: string; readonly deliveryId: string; readonly outcome: Outcome['kind'] }
  /** The request is answered and nowhere any more, whether it waited or was being handled. `kept`: for whoever asks again. */
  | { readonly type: 'Answered'; readonly uid: number; readonly outcome: Outcome['kind']; readonly kept?: Outcome }
  /** One of those who asked gave up; others still wait for the answer. */
  | { readonly type: 'Detached'; readonly uid: number; readonly ref: string }
  | { readonly type: 'Closed' };
