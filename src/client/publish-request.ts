import { eventToProto } from '../contract/event.js';
import type * as kernelv1 from '../contract/kernel-v1.js';
import type { CloudEvent } from '../vocabulary/cloud-event.js';
import { tauError } from '../vocabulary/tau-error.js';
import { type DurabilityName, durabilityToProto } from './session-view.js';

/** How an event is taken. */
export interface PublishOptions {
  /** Of the session, should the event create it; default: the kernel's. */
  readonly durability?: DurabilityName;
}

/** The acknowledgement of one event. */
export interface PublishReceipt {
  /** Region sequence number of the event; of its first delivery when it is a duplicate. */
  readonly seq: number;
  readonly duplicate: boolean;
  /** Runs that it started. */
  readonly runIds: readonly string[];
}

/** One event fits a message with room for its envelope. */
const EVENT_BYTES_MAX = 8 * 1024 * 1024 - 64 * 1024;
/** Of all fields but `data`, as a rule; only a sum of many of them bounds a batch. */
const ENVELOPE_BYTES = 512;
/** No UTF-16 unit takes more than this in UTF-8. */
const UTF8_BYTES_MAX = 3;

export function publishRequest(
  sessionId: string,
  event: CloudEvent,
  options: PublishOptions | undefined,
): kernelv1.PublishEventRequest {
  return { sessionId, event: eventToProto(event), durability: durabilityToProto(options?.durability) };
}

/**
 * A bound of a request's size on the wire, in bytes.
 *
 * @throws TauError LIMIT_EXCEEDED when it cannot travel in one message.
 */
export function requestBytes({ event }: kernelv1.PublishEventRequest): number {
  const data = event?.data ?? '';
  const bound = data.length * UTF8_BYTES_MAX;
  // Counting is worth its time only where the bound does not settle it.
  const bytes = bound <= EVENT_BYTES_MAX ? bound : Buffer.byteLength(data);
  if (bytes > EVENT_BYTES_MAX) {
    throw tauError(
      'LIMIT_EXCEEDED',
      `event ${event?.id} has ${bytes} bytes of data: at most ${EVENT_BYTES_MAX} can travel`,
    );
  }
  return bytes + ENVELOPE_BYTES;
}
