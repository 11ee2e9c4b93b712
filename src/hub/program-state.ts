import type { ErrorData, RunBegin } from 'tau-core';
import type { HubDefinition } from './definition.js';
import type { HubEvent } from './event.js';
import { evolve as evolveHub } from './evolve.js';
import { emptyHub, type HubState } from './state.js';

export interface OpenDelivery {
  readonly callId: string;
  readonly kind: 'agent' | 'bridge';
}

/** A hub that is a run: the hub itself, and the calls that it has made of its host. */
export interface HubProgramState {
  readonly format: 1;
  readonly runId: string;
  readonly hub: HubState;
  /** Deliveries whose calls have not settled, and whether they go to an agent or over a bridge. */
  readonly deliveries: readonly OpenDelivery[];
  /** Receipts and answers that are on their way. */
  readonly replies: readonly string[];
  readonly repliesAsked: number;
  readonly messagesRefused: number;
  /** It ends as soon as its last reply has arrived. */
  readonly ending?: { readonly reason: string; readonly cancelled: boolean };
  readonly finished?: true;
}

export type HubProgramEvent =
  | HubEvent
  | { readonly type: 'DeliveryCalled'; readonly callId: string; readonly kind: 'agent' | 'bridge' }
  | { readonly type: 'DeliveryCallEnded'; readonly callId: string }
  | { readonly type: 'ReplyCalled'; readonly callId: string }
  | { readonly type: 'ReplyCallEnded'; readonly callId: string }
  | { readonly type: 'MessageRefused'; readonly error: ErrorData }
  | { readonly type: 'Ending'; readonly reason: string; readonly cancelled: boolean }
  | { readonly type: 'Finished' };

/** Replies on their way at once; while there are so many, messages that want one are refused. */
export const REPLIES_MAX = 10_000;

export function initialState(definition: HubDefinition, begin: RunBegin): HubProgramState {
  const { id, name, hopsMax, requestTimeoutMs, mailbox } = definition;
  return {
    format: 1,
    runId: begin.runId,
    hub: emptyHub({
      id: id ?? name,
      ...(hopsMax === undefined ? {} : { hopsMax }),
      ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
      ...(mailbox === undefined ? {} : { mailbox }),
    }),
    deliveries: [],
    replies: [],
    repliesAsked: 0,
    messagesRefused: 0,
  };
}

/** The state after an event. Total. */
export function evolve(state: HubProgramState, event: HubProgramEvent): HubProgramState {
  switch (event.type) {
    case 'DeliveryCalled':
      return { ...state, deliveries: [...state.deliveries, { callId: event.callId, kind: event.kind }] };
    case 'DeliveryCallEnded':
      return { ...state, deliveries: state.deliveries.filter(({ callId }) => callId !== event.callId) };
    case 'ReplyCalled':
      return { ...state, replies: [...state.replies, event.callId], repliesAsked: state.repliesAsked + 1 };
    case 'ReplyCallEnded':
      return { ...state, replies: state.replies.filter((callId) => callId !== event.callId) };
    case 'MessageRefused':
      return { ...state, messagesRefused: state.messagesRefused + 1 };
    case 'Ending':
      return { ...state, ending: { reason: event.reason, cancelled: event.cancelled } };
    case 'Finished':
      return { ...state, finished: true };
    default:
      return { ...state, hub: evolveHub(state.hub, event) };
  }
}
