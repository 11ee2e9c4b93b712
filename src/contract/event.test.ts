import { describe, expect, test } from 'vitest';
import type { CloudEvent, PlacedEvent } from '../vocabulary/cloud-event.js';
import { Event } from './core-v1.js';
import { eventFromProto, eventToProto, placedEventFromProto, placedEventToProto } from './event.js';

const OPTIONAL: readonly (readonly [keyof CloudEvent, string | true])[] = [
  ['subject', 'issues/12'],
  ['time', '2026-11-20T09:00:00Z'],
  ['mediaType', 'text/plain'],
  ['cause', 'run-7'],
  ['correlation', 'story-1'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['echo', true],
];

/** Every subset of the optional members. */
function* events(): Generator<CloudEvent> {
  for (let bits = 0; bits < 1 << OPTIONAL.length; bits += 1) {
    const chosen = OPTIONAL.filter((_, index) => bits & (1 << index));
    yield {
      id: `d-${bits}`,
      source: 'github/octo/shop',
      type: 'github.issues.opened',
      data: '{"ü":"💡"}',
      ...Object.fromEntries(chosen),
    };
  }
}

function wired(proto: Event): Event {
  return Event.decode(Event.encode(proto).finish());
}

describe('an event crosses the wire', () => {
  test('as it is, with every set of optional members', () => {
    for (const event of events()) expect(eventFromProto(wired(eventToProto(event)))).toStrictEqual(event);
  });

  test('with its place', () => {
    for (const event of events()) {
      const placed: PlacedEvent = { ...event, region: 'github/octo/shop', regionSeq: 2 ** 40, hlc: '0lz4hc2h1.0003' };
      expect(placedEventFromProto(wired(placedEventToProto(placed)))).toStrictEqual(placed);
    }
  });

  test('its data to the byte, empty or not JSON', () => {
    for (const data of ['', ' {"a" : 1}\r\n', 'plain', '\u0000\u{10ffff}']) {
      expect(eventFromProto(wired(eventToProto({ id: 'a', source: 's', type: 't', data }))).data).toBe(data);
    }
  });
});

describe('what comes from outside', () => {
  const event = eventToProto({ id: 'a', source: 's', type: 't', data: '' });

  test('cannot claim a place', () => {
    const claimed = eventFromProto({ ...event, region: 'elsewhere', regionSeq: 9, hlc: 'x' });
    expect(claimed).toStrictEqual({ id: 'a', source: 's', type: 't', data: '' });
  });

  test.each([{ id: '' }, { source: '' }, { type: '' }])('must identify itself: %o is refused', (missing) => {
    expect(() => eventFromProto({ ...event, ...missing })).toThrow('an event needs an id, a source and a type');
  });

  test('must be there', () => {
    expect(() => eventFromProto(undefined)).toThrow('the event is missing');
    expect(() => placedEventFromProto(event)).toThrow('event a has no place in a region');
  });
});
