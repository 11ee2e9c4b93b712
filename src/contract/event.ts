import type { CloudEvent, PlacedEvent } from '../vocabulary/cloud-event.js';
import { tauError } from '../vocabulary/tau-error.js';
import type * as corev1 from './core-v1.js';
import type { Mutable } from './mutable.js';

/** An event as a producer sends it: its place in a region is the kernel's to give. */
export function eventToProto(event: CloudEvent): corev1.Event {
  return toProto(event, '', 0, '');
}

/** An event with its place, as the kernel gives it to those who watch. */
export function placedEventToProto(event: PlacedEvent): corev1.Event {
  return toProto(event, event.region, event.regionSeq, event.hlc);
}

/**
 * An event that a producer sent. Its place, if it claims one, is left out; an `echo` of false is left out too.
 *
 * @throws TauError INVALID_ARGUMENT when there is no event, or it lacks `id`, `source` or `type`.
 */
export function eventFromProto(proto: corev1.Event | undefined): CloudEvent {
  if (proto === undefined) throw tauError('INVALID_ARGUMENT', 'the event is missing');
  if (proto.id === '' || proto.source === '' || proto.type === '') {
    throw tauError('INVALID_ARGUMENT', 'an event needs an id, a source and a type');
  }
  const event: Mutable<CloudEvent> = { id: proto.id, source: proto.source, type: proto.type, data: proto.data };
  if (proto.subject !== '') event.subject = proto.subject;
  if (proto.time !== '') event.time = proto.time;
  if (proto.mediaType !== '') event.mediaType = proto.mediaType;
  if (proto.cause !== '') event.cause = proto.cause;
  if (proto.correlation !== '') event.correlation = proto.correlation;
  if (proto.traceparent !== '') event.traceparent = proto.traceparent;
  if (proto.echo) event.echo = true;
  return event;
}

/**
 * An event that the kernel gave, with its place in its region.
 *
 * @throws TauError INVALID_ARGUMENT as `eventFromProto` does, and when it has no place.
 */
export function placedEventFromProto(proto: corev1.Event | undefined): PlacedEvent {
  const event = eventFromProto(proto) as Mutable<PlacedEvent>;
  if (proto === undefined || proto.region === '' || proto.regionSeq === 0) {
    throw tauError('INVALID_ARGUMENT', `event ${event.id} has no place in a region`);
  }
  event.region = proto.region;
  event.regionSeq = proto.regionSeq;
  event.hlc = proto.hlc;
  return event;
}

function toProto(event: CloudEvent, region: string, regionSeq: number, hlc: string): corev1.Event {
  return {
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject ?? '',
    time: event.time ?? '',
    mediaType: event.mediaType ?? '',
    data: event.data,
    cause: event.cause ?? '',
    correlation: event.correlation ?? '',
    traceparent: event.traceparent ?? '',
    region,
    regionSeq,
    hlc,
    echo: event.echo ?? false,
  };
}
