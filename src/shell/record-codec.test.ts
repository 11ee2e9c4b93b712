import { instant, regionId, runId } from 'tau-core';
import { expect, test } from 'vitest';
import type { RegionEvent } from '../machines/region/events.js';
import { committedEvent, eventOf, eventOfRecord, fromRecord, toRecord } from './record-codec.js';

const region = regionId('codec');
const hlc = { wallMs: instant(1_795_000_000_123), counter: 7 };
const published = { id: 'e1', source: 'test', type: 'demo.happened', time: '2026-11-20T00:00:00Z', data: '{"a":1}' };

const events: readonly RegionEvent[] = [
  { seq: 3, hlc, body: { type: 'run.paused', runId: runId('r1'), prev: 2 } },
  { seq: 4, hlc, body: { type: 'event.received', event: published, runIds: [] } },
  { seq: 5, hlc, body: { type: 'session.deleted' } },
];

test.each(events)('an event reads as it was written: $body.type', (event) => {
  const item = committedEvent(event);
  expect(eventOf(region, item)).toEqual(event);
  expect(eventOfRecord(region, toRecord(item))).toEqual(event);
  expect(fromRecord(region, toRecord(item))).toEqual(item);
});

test('a watcher needs no body: what it shows is beside the text', () => {
  const [paused, received, deleted] = events.map(committedEvent);
  expect(paused).toMatchObject({ seq: 3, type: 'run.paused', subject: 'r1', prevSeq: 2, wallMs: hlc.wallMs });
  expect(received).toMatchObject({ type: 'event.received', subject: '', prevSeq: 0, published });
  expect(deleted).not.toHaveProperty('published');
});

test('a record that is no event is refused by its place', () => {
  const record = { seq: 9, type: 'run.paused', subject: 'r1', hlc: 'no stamp', data: Buffer.from('{}') };
  expect(() => fromRecord(region, record)).toThrow(/record 9 of "codec".*no stamp/);
  expect(() => eventOfRecord(region, { ...record, hlc: '0mv1b2c3d.0001', data: Buffer.from('{') })).toThrow(/record 9/);
});
