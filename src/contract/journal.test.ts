import { expect, test } from 'vitest';
import type { JournalRecord, ReadOptions, StreamAppend } from '../ports/journal.js';
import { JournalAppend, JournalPage, JournalRead, JournalSnapshot } from './extension-v1.js';
import {
  appendToProto,
  pageFromProto,
  pageToProto,
  readOptionsFromProto,
  readToProto,
  snapshotFromProto,
  snapshotToProto,
} from './journal.js';

const record = (seq: number): JournalRecord => ({
  seq,
  type: seq % 2 ? 'run.started' : '',
  subject: seq % 3 ? `run-${seq}` : '',
  hlc: '0lz4hc2h1.0003',
  data: Uint8Array.from({ length: seq * 7 }, (_, index) => (index * seq) % 256),
});
const records = [1, 2, 3, 4, 5, 6].map(record);

test('appends cross the wire as they are', () => {
  const streams: StreamAppend[] = [
    { stream: 'region/a', expectedSeq: 0, records },
    { stream: 'region/b', expectedSeq: 2 ** 45, records: [record(1)] },
    { stream: 'empty', expectedSeq: 3, records: [] },
  ];
  const wired = JournalAppend.decode(JournalAppend.encode(appendToProto(7, streams)).finish());
  expect(wired).toStrictEqual({ epoch: 7, streams });
});

test.each([undefined, 7, 2 ** 45])('pages cross the wire, the next at %s', (nextSeq) => {
  const page = { records, nextSeq };
  expect(pageFromProto(JournalPage.decode(JournalPage.encode(pageToProto(page)).finish()))).toStrictEqual(page);
});

test('reads keep exactly the options that they have', () => {
  for (let bits = 0; bits < 16; bits += 1) {
    const options: ReadOptions = {
      ...(bits & 1 && { recordsMax: 10 }),
      ...(bits & 2 && { bytesMax: 4096 }),
      ...(bits & 4 && { subject: 'run-1' }),
      ...(bits & 8 && { toSeq: 99 }),
    };
    const wired = JournalRead.decode(JournalRead.encode(readToProto('region/a', 5, options)).finish());
    expect([wired.stream, wired.fromSeq, readOptionsFromProto(wired)]).toStrictEqual(['region/a', 5, options]);
  }
});

test('snapshots cross the wire, and so does their absence', () => {
  const snapshot = { seq: 12, state: new Uint8Array([0, 255, 1]) };
  const wired = (proto: JournalSnapshot): JournalSnapshot =>
    JournalSnapshot.decode(JournalSnapshot.encode(proto).finish());
  expect(snapshotFromProto(wired(snapshotToProto(snapshot)))).toStrictEqual(snapshot);
  expect(snapshotFromProto(wired(snapshotToProto(undefined)))).toBeUndefined();
});
