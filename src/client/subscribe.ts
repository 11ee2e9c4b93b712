import { placedEventFromProto } from '../contract/event.js';
import type * as kernelv1 from '../contract/kernel-v1.js';
import type { PlacedEvent } from '../vocabulary/cloud-event.js';
import { TauError, tauError } from '../vocabulary/tau-error.js';
import type { ClientContext } from './client-context.js';
import { resumingStream } from './resuming-stream.js';
import { type Gap, gapComesFirst } from './run-event.js';

/** Where a subscription starts, what it gives, and what ends it. */
export interface SubscribeOptions {
  /** The first sequence number wanted; default: what comes after the call. */
  readonly fromSeq?: number;
  /** Event types, exact or with a trailing `*`; default all. */
  readonly types?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What a subscription gives: an event, or a range that is lost for good. */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: PlacedEvent }
  | ({ readonly kind: 'gap' } & Gap);

/** See `EventCalls.subscribe`. */
export async function* subscribe(
  context: ClientContext,
  sessionId: string,
  options: SubscribeOptions = {},
): AsyncGenerator<SubscriptionItem, void, undefined> {
  const { signal } = options;
  const types = [...(options.types ?? [])];
  // Never 0 on the wire: a cut before the first message would move "what comes next" past events in between.
  let nextSeq = options.fromSeq || (await seqOfSession(context, sessionId, signal)) + 1;
  const messages = resumingStream<kernelv1.SubscribeResponse>(
    context,
    (callOptions) => context.channel.events.subscribe({ sessionId, fromSeq: nextSeq, types }, callOptions),
    signal,
  );
  for await (const { events, gap, position } of messages) {
    const gapFirst = gap !== undefined && gapComesFirst(gap, events[0]?.regionSeq);
    if (gapFirst) yield { kind: 'gap', fromSeq: gap.fromSeq, toSeq: gap.toSeq };
    if (gapFirst) nextSeq = Math.max(nextSeq, gap.toSeq + 1);
    for (const proto of events) {
      const event = placedEventFromProto(proto);
      if (event.regionSeq < nextSeq) throw outOfOrder(sessionId, event.regionSeq, nextSeq);
      nextSeq = event.regionSeq + 1;
      yield { kind: 'event', event };
    }
    if (gap !== undefined && !gapFirst) yield { kind: 'gap', fromSeq: gap.fromSeq, toSeq: gap.toSeq };
    nextSeq = Math.max(nextSeq, position + 1, (gap?.toSeq ?? 0) + 1);
  }
}

/** The number of a session's last event; 0 for a session that is not there yet: its first event creates it. */
async function seqOfSession(context: ClientContext, sessionId: string, signal?: AbortSignal): Promise<number> {
  try {
    const options = signal === undefined ? {} : { signal };
    return (await context.channel.sessions.getSession({ sessionId }, options)).session?.seq ?? 0;
  } catch (thrown) {
    if (thrown instanceof TauError && thrown.is('NOT_FOUND')) return 0;
    throw thrown;
  }
}

function outOfOrder(sessionId: string, seq: number, nextSeq: number): TauError {
  const what = `event ${seq} came after the stream had passed it, at ${nextSeq}`;
  return tauError('INTERNAL', `the subscription to session ${sessionId} is broken: ${what}; subscribe again`);
}
