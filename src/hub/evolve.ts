import type { HubEvent } from './event.js';
import {
  type HubCounts,
  type HubMessage,
  type HubState,
  type OpenRequest,
  placeIndex,
  placeOf,
  type Recipient,
  SEEN_MAX,
  seenOf,
} from './state.js';

/** The state after an event. Total. */
export function evolve(state: HubState, event: HubEvent): HubState {
  switch (event.type) {
    case 'Joined':
      return { ...state, recipients: [...state.recipients, event.recipient] };
    case 'Left': {
      const index = placeIndex(state, event.place);
      return { ...state, recipients: state.recipients.filter((_, other) => other !== index) };
    }
    case 'Subscribed':
      return changed(state, event.place, ({ subscriptions }) => ({
        subscriptions: [...subscriptions, event.subscription],
      }));
    case 'Unsubscribed':
      return changed(state, event.place, ({ subscriptions }) => ({
        subscriptions: subscriptions.filter(({ id, topic }) => (id ?? topic) !== event.subscription),
      }));
    case 'Posted':
      return counted({ ...state, messages: event.uid, seen: last(state.seen, event.seen) }, 'posted');
    case 'Repeated': {
      const { uid, ref } = event;
      const known = uid === undefined || ref === undefined ? state : withRefs(state, uid, (refs) => [...refs, ref]);
      return counted(known, 'duplicates');
    }
    case 'Forgotten': {
      const forgotten = new Set(event.seen);
      return { ...state, seen: state.seen.filter((one) => !forgotten.has(one)) };
    }
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
    case 'Spread': {
      const { message } = event;
      const [placed, blocked] = [new Set(event.placed), new Set(event.blocked)];
      const recipients = state.recipients.map((one) => {
        const place = placeOf(one);
        if (placed.has(place)) return { ...one, queue: [...one.queue, message] };
        return blocked.has(place) ? { ...one, blocked: [...one.blocked, message] } : one;
      });
      return { ...state, recipients };
    }
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
      const moved = changed(state, place, (recipient) => handedOver(recipient, uid, deliveryId));
      return counted({ ...moved, deliveries: state.deliveries + 1 }, 'delivered');
    }
    case 'HandedOut': {
      const ids = new Map(event.deliveries.map(({ place, deliveryId }) => [place, deliveryId]));
      const recipients = state.recipients.map((one) => {
        const deliveryId = ids.get(placeOf(one));
        return deliveryId === undefined ? one : { ...one, ...handedOver(one, event.uid, deliveryId) };
      });
      const out = { ...state, recipients, deliveries: state.deliveries + event.deliveries.length };
      return counted(out, 'delivered', event.deliveries.length);
    }
    case 'Settled': {
      const settled = changed(state, event.place, ({ inFlight }) => {
        const { [event.deliveryId]: _, ...rest } = inFlight;
        return { inFlight: rest };
      });
      return counted(settled, event.outcome === 'ok' ? 'handled' : 'failed');
    }
    case 'Answered': {
      const { uid, kept } = event;
      const index = state.requests.findIndex((one) => one.uid === uid);
      const request = state.requests[index];
      const answered = counted(state, 'answered');
      if (request === undefined) return answered;
      const { seen, place } = request;
      const requests = state.requests.toSpliced(index, 1);
      const answers = kept === undefined ? state.answers : last(state.answers, { seen, outcome: kept });
      return changed({ ...answered, requests, answers }, place, (one) => removed(one, uid));
    }
    case 'Detached':
      return withRefs(state, event.uid, (refs) => refs.filter((ref) => ref !== event.ref));
    case 'Closed':
      return { ...state, recipients: [], requests: [], closed: true };
  }
}

function changed(state: HubState, place: string, change: (recipient: Recipient) => Partial<Recipient>): HubState {
  const index = placeIndex(state, place);
  const recipient = state.recipients[index];
  if (recipient === undefined) return state;
  return { ...state, recipients: state.recipients.with(index, { ...recipient, ...change(recipient) }) };
}

/** A request that is somewhere is open. */
function opened(
  state: HubState,
  { place, message }: { readonly place: string; readonly message: HubMessage },
): HubState {
  const { uid, deadline, kind, ref } = message;
  if (kind !== 'request' || deadline === undefined) return state;
  const request: OpenRequest = { uid, place, deadline, seen: seenOf(message), refs: ref === undefined ? [] : [ref] };
  const { requests } = state;
  let index = requests.length;
  // Most run out of time in the order in which they come.
  while (index > 0 && isBefore(request, requests[index - 1])) index -= 1;
  return { ...state, requests: requests.toSpliced(index, 0, request) };
}

function isBefore(a: OpenRequest, b: OpenRequest | undefined): boolean {
  return b !== undefined && (a.deadline < b.deadline || (a.deadline === b.deadline && a.uid < b.uid));
}

function withRefs(state: HubState, uid: number, change: (refs: readonly string[]) => readonly string[]): HubState {
  const requests = state.requests.map((one) => (one.uid === uid ? { ...one, refs: change(one.refs) } : one));
  return { ...state, requests };
}

function handedOver({ queue, inFlight }: Recipient, uid: number, deliveryId: string): Partial<Recipient> {
  const message = queue.find((one) => one.uid === uid);
  if (message === undefined) return {};
  return { queue: without(queue, uid), inFlight: { ...inFlight, [deliveryId]: message }, gap: 0 };
}

function removed({ queue, blocked, inFlight }: Recipient, uid: number): Partial<Recipient> {
  const inHand = Object.entries(inFlight);
  const rest = inHand.filter(([, message]) => message.uid !== uid);
  if (rest.length < inHand.length) return { inFlight: Object.fromEntries(rest) };
  return { queue: without(queue, uid), blocked: without(blocked, uid) };
}

function without(messages: readonly HubMessage[], uid: number): readonly HubMessage[] {
  const index = messages.findIndex((one) => one.uid === uid);
  return index < 0 ? messages : messages.toSpliced(index, 1);
}

/** A list with one more; the oldest make room for it. */
function last<T>(list: readonly T[], item: T): readonly T[] {
  const kept = list.slice(-(SEEN_MAX - 1));
  kept.push(item);
  return kept;
}

function counted(state: HubState, what: keyof HubCounts, by = 1): HubState {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + by } };
}
