import { expect, test } from 'vitest';
import type { JournalCall } from '../../src/contract/extension-v1.js';
import { appendToProto, readToProto } from '../../src/contract/journal.js';
import { defineExtension, type Extension } from '../../src/extension/index.js';
import type { Journal, JournalRecord } from '../../src/ports/journal.js';
import { eventually } from '../../src/testing/eventually.js';
import { MemoryJournal } from '../../src/testing/memory-journal.js';
import { tauError } from '../../src/vocabulary/tau-error.js';
import type { FakeBulk, FakeKernel } from './fake-kernel.js';
import { connected, gate, startedKernel } from './harness.js';

type Call = NonNullable<JournalCall['call']>;

const record = (seq: number): JournalRecord => ({
  seq,
  type: 'run.started',
  subject: 'run-1',
  hlc: '0lz4hc2h1.0003',
  data: Buffer.from(`{"n":${seq}}`),
});

const append = (epoch: number, seq: number): Call => ({
  $case: 'append',
  value: appendToProto(epoch, [{ stream: 's', expectedSeq: seq - 1, records: [record(seq)] }]),
});

function keeping(journal: Journal): Extension {
  return defineExtension({ name: 'keeper', version: '1.0.0', capabilities: [], journal });
}

async function bulkOf(kernel: FakeKernel, number = 1): Promise<FakeBulk> {
  return eventually(() => kernel.bulks[number - 1]?.registrationId === 'r1' && kernel.bulks[number - 1], {
    what: 'bulk',
  });
}

async function replies(bulk: FakeBulk, calls: readonly Call[]) {
  const first = bulk.replies.length;
  for (const [index, call] of calls.entries()) bulk.call({ callId: first + index + 1, call });
  await eventually(() => bulk.replies.length === first + calls.length, { what: 'the replies' });
  return bulk.replies.slice(first);
}

test('a journal is offered, and all of its port is served', async () => {
  const kernel = await startedKernel();
  await connected(kernel, keeping(new MemoryJournal())).attached();
  expect(kernel.registrations[0]?.capabilities).toMatchObject([{ kind: 'journal', name: 'journal' }]);
  const bulk = await bulkOf(kernel);
  const state = Buffer.from('{"state":1}');
  const answers = await replies(bulk, [
    { $case: 'claim', value: { writer: 'kernel-1' } },
    append(1, 1),
    append(1, 2),
    { $case: 'read', value: readToProto('s', 1) },
    { $case: 'read', value: readToProto('s', 1, { recordsMax: 1 }) },
    { $case: 'list', value: { after: '', streamsMax: 10 } },
    { $case: 'loadSnapshot', value: { stream: 's' } },
    { $case: 'saveSnapshot', value: { epoch: 1, stream: 's', seq: 2, state } },
    { $case: 'loadSnapshot', value: { stream: 's' } },
  ]);
  expect(answers.map(({ callId }) => callId)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(answers.map(({ reply }) => reply)).toEqual([
    { $case: 'claimed', value: { epoch: 1 } },
    { $case: 'appended', value: {} },
    { $case: 'appended', value: {} },
    { $case: 'page', value: { records: [record(1), record(2)], nextSeq: 0 } },
    { $case: 'page', value: { records: [record(1)], nextSeq: 2 } },
    { $case: 'streams', value: { streams: [{ stream: 's', lastSeq: 2 }] } },
    { $case: 'snapshot', value: { seq: 0, state: new Uint8Array(0) } },
    { $case: 'snapshotSaved', value: {} },
    { $case: 'snapshot', value: { seq: 2, state } },
  ]);
});

test('errors come back as they are, and stop nothing', async () => {
  const kernel = await startedKernel();
  await connected(kernel, keeping(new MemoryJournal())).attached();
  const answers = await replies(await bulkOf(kernel), [
    { $case: 'claim', value: { writer: 'a' } },
    { $case: 'claim', value: { writer: 'b' } },
    append(1, 1),
    append(2, 5),
    append(2, 1),
  ]);
  const ids = answers.map(({ reply }) => (reply?.$case === 'failed' ? reply.value.id : reply?.$case));
  expect(ids).toStrictEqual(['claimed', 'claimed', 'TAU-2002', 'TAU-2003', 'appended']);
});

test('calls are passed on without waiting for each other, and answered in their order', async () => {
  const kernel = await startedKernel();
  const memory = new MemoryJournal();
  const slow = gate<void>();
  const begun: number[] = [];
  const journal: Journal = {
    claim: (writer) => memory.claim(writer),
    append: async (epoch, streams) => {
      const seq = streams[0]?.records[0]?.seq ?? 0;
      begun.push(seq);
      const stored = memory.append(epoch, streams);
      if (seq === 1) await slow.passed;
      return stored;
    },
    read: () => Promise.reject(new Error('disk on fire')),
    list: (after, streamsMax) => memory.list(after, streamsMax),
    saveSnapshot: (epoch, stream, snapshot) => memory.saveSnapshot(epoch, stream, snapshot),
    loadSnapshot: () => Promise.reject(tauError('JOURNAL_CORRUPT', 'bad page')),
  };
  await connected(kernel, keeping(journal)).attached();
  const bulk = await bulkOf(kernel);
  await replies(bulk, [{ $case: 'claim', value: { writer: 'a' } }]);
  for (const seq of [1, 2, 3]) bulk.call({ callId: seq + 1, call: append(1, seq) });
  bulk.call({ callId: 5, call: { $case: 'read', value: readToProto('s', 1) } });
  bulk.call({ callId: 6, call: { $case: 'loadSnapshot', value: { stream: 's' } } });
  await eventually(() => begun.length === 3);
  expect(begun).toStrictEqual([1, 2, 3]);
  expect(bulk.replies).toHaveLength(1);
  slow.open();
  await eventually(() => bulk.replies.length === 6);
  expect(bulk.replies.map(({ callId }) => callId)).toStrictEqual([1, 2, 3, 4, 5, 6]);
  expect(bulk.replies.slice(4).map(({ reply }) => reply)).toMatchObject([
    { $case: 'failed', value: { id: 'TAU-2005', message: 'disk on fire' } },
    { $case: 'failed', value: { id: 'TAU-2004', message: 'bad page' } },
  ]);
});

test('more calls than may be in progress are all answered', async () => {
  const kernel = await startedKernel();
  await connected(kernel, keeping(new MemoryJournal())).attached();
  const bulk = await bulkOf(kernel);
  await replies(bulk, [{ $case: 'claim', value: { writer: 'a' } }]);
  const answers = await replies(
    bulk,
    Array.from({ length: 900 }, (_, index) => append(1, index + 1)),
  );
  expect(new Set(answers.map(({ reply }) => reply?.$case))).toStrictEqual(new Set(['appended']));
});

test('a refused or lost bulk stream cuts the session, which comes back whole', async () => {
  const kernel = await startedKernel();
  const errors: (string | undefined)[] = [];
  const extension = connected(kernel, keeping(new MemoryJournal()), { onState: (_, error) => errors.push(error?.id) });
  await extension.attached();
  const refused = {
    id: 'TAU-1009',
    message: 'not now',
    code: 8,
    outcome: 1,
    retryable: true,
    retryAfterMs: 0,
    detailsJson: '',
    cause: undefined,
  };
  (await bulkOf(kernel)).queue.push({ frame: { $case: 'refused', value: refused } }, 1);
  await bulkOf(kernel, 2);
  // The bulk stream is open before the session is attached.
  await eventually(() => kernel.streams[0]?.ended === true && errors.length === 3);
  expect(errors).toStrictEqual([undefined, 'TAU-1009', undefined]);
  (await bulkOf(kernel, 2)).queue.close();
  await bulkOf(kernel, 3);
  await extension.attached();
  expect(kernel.registrations).toHaveLength(1);
});
