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
  /** A message was taken; what follows says where it went. */
  | { readonly type: 'Posted'; readonly uid: number; readonly seen: string }
  | { readonly type: 'Repeated'; readonly seen: string }
  | { readonly type: 'Refused'; readonly error: ErrorData; readonly place?: string }
  | { readonly type: 'Placed'; readonly place: string; readonly message: HubMessage }
  | { readonly type: 'Blocked'; readonly place: string; readonly message: HubMessage }
  | { readonly type: 'Unblocked'; readonly place: string; readonly uid: number }
  | { readonly type: 'Dropped'; readonly place: string; readonly uid: number }
  | { readonly type: 'Delivered'; readonly place: string; readonly uid: number; readonly deliveryId: string }
  | { readonly type: 'Settled'; readonly place: string; readonly deliveryId: string; readonly outcome: Outcome['kind'] }
  /** The request is answered and nowhere any more, whether it waited or was being handled. */
  | { readonly type: 'Answered'; readonly uid: number; readonly outcome: Outcome['kind'] }
  | { readonly type: 'Closed' };
