import type { HubEvent } from './event.js';
import { type HubCounts, type HubMessage, type HubState, placeOf, type Recipient, SEEN_MAX } from './state.js';

/** The state after an event. Total. */
export function evolve(state: HubState, event: HubEvent): HubState {
  switch (event.type) {
    case 'Joined':
      return { ...state, recipients: { ...state.recipients, [placeOf(event.recipient)]: event.recipient } };
    case 'Left': {
      const { [event.place]: _, ...recipients } = state.recipients;
      return { ...state, recipients };
    }
    case 'Subscribed':
      return changed(state, event.place, ({ subscriptions }) => ({
        subscriptions: [...subscriptions, event.subscription],
      }));
    case 'Unsubscribed':
      return changed(state, event.place, ({ subscriptions }) => ({
        subscriptions: subscriptions.filter(({ id, topic }) => (id ?? topic) !== event.subscription),
      }));
    case 'Posted': {
      const seen = [...state.seen, event.seen].slice(-SEEN_MAX);
      return counted({ ...state, messages: event.uid, seen }, 'posted');
    }
    case 'Repeated':
      return counted(state, 'duplicates');
    case 'Refused':
      return counted(state, 'refused');
    case 'Placed':
      return opened(
        changed(state, event.place, ({ queue }) => ({ queue: [...queue, event.message] })),
        event,
      );
    case 'Blocked':
      return opened(
        changed(state, event.place, ({ blocked }) => ({ blocked: [...blocked, event.message] })),
        event,
      );
    case 'Unblocked':
      return changed(state, event.place, ({ queue, blocked }) => ({
        queue: [...queue, ...blocked.filter(({ uid }) => uid === event.uid)],
        blocked: without(blocked, event.uid),
      }));
    case 'Dropped':
      return counted(
        changed(state, event.place, ({ queue, gap }) => ({ queue: without(queue, event.uid), gap: gap + 1 })),
        'dropped',
      );
    case 'Delivered': {
      const { place, uid, deliveryId } = event;
      const moved = changed(state, place, ({ queue, inFlight }) => {
        const message = queue.find((one) => one.uid === uid);
        return message === undefined
          ? {}
          : { queue: without(queue, uid), inFlight: { ...inFlight, [deliveryId]: message }, gap: 0 };
      });
      return counted({ ...moved, deliveries: state.deliveries + 1 }, 'delivered');
    }
    case 'Settled': {
      const settled = changed(state, event.place, ({ inFlight }) => {
        const { [event.deliveryId]: _, ...rest } = inFlight;
        return { inFlight: rest };
      });
      return counted(settled, event.outcome === 'ok' ? 'handled' : 'failed');
    }
    case 'Answered': {
      const { [String(event.uid)]: request, ...requests } = state.requests;
      const answered = counted({ ...state, requests }, 'answered');
      return request === undefined ? answered : changed(answered, request.place, (one) => removed(one, event.uid));
    }
    case 'Closed':
      return { ...state, recipients: {}, requests: {}, closed: true };
  }
}

function changed(state: HubState, place: string, change: (recipient: Recipient) => Partial<Recipient>): HubState {
  const recipient = Object.hasOwn(state.recipients, place) ? state.recipients[place] : undefined;
  if (recipient === undefined) return state;
  return { ...state, recipients: { ...state.recipients, [place]: { ...recipient, ...change(recipient) } } };
}

/** A request that is somewhere is open. */
function opened(
  state: HubState,
  { place, message }: { readonly place: string; readonly message: HubMessage },
): HubState {
  const { uid, deadline, kind } = message;
  if (kind !== 'request' || deadline === undefined) return state;
  return { ...state, requests: { ...state.requests, [String(uid)]: { place, deadline } } };
}

function removed({ queue, blocked, inFlight }: Recipient, uid: number): Partial<Recipient> {
  return {
    queue: without(queue, uid),
    blocked: without(blocked, uid),
    inFlight: Object.fromEntries(Object.entries(inFlight).filter(([, message]) => message.uid !== uid)),
  };
}

function without(messages: readonly HubMessage[], uid: number): readonly HubMessage[] {
  return messages.filter((one) => one.uid !== uid);
}

function counted(state: HubState, what: keyof HubCounts): HubState {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + 1 } };
}
