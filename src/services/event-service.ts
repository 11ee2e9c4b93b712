import {
  eventTypeMatches,
  type PlacedEvent,
  regionId,
  TauError,
  tauError,
  toErrorData,
  writableSession,
} from 'tau-core';
import {
  type EventServiceImplementation,
  errorFromProto,
  errorToProto,
  eventFromProto,
  type kernelv1,
  placedEventToProto,
} from 'tau-core/contract';
import type { RegionReply } from '../machines/region/effects.js';
import { readHistory } from '../shell/history.js';
import type { Kernel } from '../shell/kernel.js';
import { pipelined } from '../shell/pipelined.js';
import type { CommittedEvent } from '../shell/record-codec.js';
import { EVENT_BYTES_MAX } from './limits.js';
import { wantsDurable } from './requests.js';
import { watchPage } from './watch-page.js';

/** Messages of one publish stream whose events are being journaled at once. */
const PUBLISH_WINDOW = 32;
/** Events that did not match before a subscriber is told that it is past them. */
const POSITION_EVERY = 1_000;

export function eventService(kernel: Kernel): EventServiceImplementation {
  return {
    publishEvent: async (request) => {
      const { result } = await publish(kernel, request);
      if (result?.$case === 'accepted') return result.value;
      throw new TauError(errorFromProto(result?.value));
    },

    publishEvents: (requests, { signal }) =>
      pipelined(requests, PUBLISH_WINDOW, signal, async ({ items }) => ({
        acks: await Promise.all(items.map((item) => publish(kernel, item))),
      })),

    async *subscribe({ sessionId, fromSeq, types }, { signal }) {
      const loop = kernel.table.get(regionId(sessionId));
      let next = fromSeq === 0 ? loop.feed.nextSeq : fromSeq;
      let told = next;
      for (let pages = 0; !signal.aborted; pages += 1) {
        const page = await readHistory(loop, { ...watchPage(pages), fromSeq: next });
        const events = page.events
          .filter((item) => types.length === 0 || wanted(publicType(item), types))
          .map((item) => placed(loop.id, item));
        const moved = page.nextSeq > next;
        next = page.nextSeq;
        // Events that do not match move the watcher's position too; it need not be woken for each of them.
        if (events.length > 0 || page.gap !== undefined || next - told >= POSITION_EVERY) {
          told = next;
          yield { events: events.map(placedEventToProto), gap: page.gap, position: next - 1 };
        }
        if (!moved) await loop.feed.reached(next, signal);
      }
    },
  };
}

/** Publishes one event. Never rejects: a refusal is an acknowledgement too. */
function publish(kernel: Kernel, request: kernelv1.PublishEventRequest): Promise<kernelv1.PublishAck> {
  return new Promise((resolve) => {
    try {
      const event = eventFromProto(request.event);
      if (event.data.length > EVENT_BYTES_MAX) {
        throw tauError(
          'LIMIT_EXCEEDED',
          `event ${event.id} has ${event.data.length} bytes, the limit eventBytesMax is ${EVENT_BYTES_MAX}`,
        );
      }
      kernel.publish(writableSession(request.sessionId), event, wantsDurable(request.durability), (reply) =>
        resolve(ackOf(reply)),
      );
    } catch (thrown) {
      resolve({ result: { $case: 'refused', value: errorToProto(toErrorData(thrown)) } });
    }
  });
}

function ackOf(reply: RegionReply): kernelv1.PublishAck {
  if (!reply.ok) return { result: { $case: 'refused', value: errorToProto(reply.error) } };
  return {
    result: {
      $case: 'accepted',
      value: { seq: reply.seq, duplicate: !reply.fresh, runIds: [...(reply.runIds ?? [])] },
    },
  };
}

function wanted(type: string, types: readonly string[]): boolean {
  return types.some((filter) => eventTypeMatches(type, filter));
}

/** Published events keep their type; what happens in the region itself is of type `tau.<event>`. */
function publicType({ type, published }: CommittedEvent): string {
  return published?.type ?? `tau.${type}`;
}

function placed(region: string, item: CommittedEvent): PlacedEvent {
  const { seq, subject, wallMs, hlc, json, published } = item;
  const place = { region, regionSeq: seq, hlc };
  if (published !== undefined) return { ...published, ...place };
  return {
    id: `${region}/${seq}`,
    source: `tau/${region}`,
    type: publicType(item),
    time: new Date(wallMs).toISOString(),
    data: json,
    ...(subject !== '' && { subject }),
    ...place,
  };
}
