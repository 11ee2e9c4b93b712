import { expect, test } from 'vitest';
import type { StreamAppend } from '../ports/journal.js';
import { journalSuite } from './journal-suite/journal-suite.js';
import { MemoryJournal } from './memory-journal.js';
import { World } from './world.js';

journalSuite('MemoryJournal', async () => ({ journal: new MemoryJournal() }));

const BATCH: readonly StreamAppend[] = [
  { stream: 's', expectedSeq: 0, records: [{ seq: 1, type: 't', subject: '', hlc: '', data: new Uint8Array([1]) }] },
];

test.each([
  { when: 'before', stored: 0 },
  { when: 'after', stored: 1 },
] as const)('the next append can be made to fail $when it stores, once', async ({ when, stored }) => {
  const journal = new MemoryJournal();
  const epoch = await journal.claim('w');
  journal.failNextAppend(when);
  await expect(journal.append(epoch, BATCH)).rejects.toMatchObject({ data: { id: 'TAU-2005', outcome: 'unknown' } });
  expect((await journal.read('s', 1)).records).toHaveLength(stored);
  await journal.append(epoch, BATCH);
  expect((await journal.read('s', 1)).records).toHaveLength(1);
});

test('a fault hook sees every call in order', async () => {
  const seen: string[] = [];
  const journal = new MemoryJournal({
    fault: (operation) => {
      seen.push(operation);
      return operation === 'read' ? 'before' : 'none';
    },
  });
  const epoch = await journal.claim('w');
  const append = journal.append(epoch, BATCH);
  await expect(journal.read('s', 1)).rejects.toMatchObject({ data: { id: 'TAU-2005' } });
  await append;
  expect(seen).toEqual(['claim', 'append', 'read']);
});

test('answers may be late by a virtual clock, effects are not', async () => {
  const world = new World({ seed: 1 });
  const journal = new MemoryJournal({ beforeAnswer: (operation) => world.sleep(operation === 'append' ? 50 : 10) });
  const epoch = await world.result(journal.claim('w'), 10);
  const startedAt = world.clock.now();
  const append = journal.append(epoch, BATCH);
  const page = await world.result(journal.read('s', 1), 10);
  expect(page.records).toHaveLength(1);
  await world.result(append, 50);
  expect(world.clock.now() - startedAt).toBe(50);
});
