import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../../test/support/scripted.js';
import { runLocal } from '../run-local.js';
import type { RunAppend, RunStore } from './run-store.js';
import { sqliteStore } from './sqlite-store.js';

let folder: string;
let store: RunStore;
let other: RunStore;

beforeEach(() => {
  // Time stands still: a turn of the event loop takes none.
  vi.spyOn(performance, 'now').mockReturnValue(1_000);
  folder = mkdtempSync(join(tmpdir(), 'tau-store-'));
  store = sqliteStore({ path: join(folder, 'runs.db') });
  other = sqliteStore({ path: join(folder, 'runs.db') });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  await other.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What else a store does. */
function bound(one: RunStore): Omit<RunStore, 'append'> {
  return {
    find: (id) => one.find(id),
    definition: (key) => one.definition(key),
    records: (id, from, to) => one.records(id, from, to),
    frames: (id, seqs) => one.frames(id, seqs),
    list: (after, max) => one.list(after, max),
    delete: (id) => one.delete(id),
    close: () => one.close(),
  };
}

function append(runId: string, expectedSeq: number, isMade = false): RunAppend {
  const records = [{ seq: expectedSeq + 1, text: `record ${expectedSeq + 1}` }];
  return { runId, expectedSeq, records, frames: [], ...(isMade && { header: `header of ${runId}` }) };
}

describe('a run that is alone', () => {
  test('has its records stored at once, for whoever reads', async () => {
    await store.append(append('a', 0, true));
    expect(store.append(append('a', 1))).toBeUndefined();
    expect(await other.find('a')).toMatchObject({ lastSeq: 2 });
    expect(await other.records('a', 2, 2)).toEqual([{ seq: 2, text: 'record 2' }]);
  });

  test('that waits for several calls has what comes of them stored together', async () => {
    await store.append(append('a', 0, true));
    const storing = store.append({ ...append('a', 1), expectsMore: true });
    expect(storing).toBeInstanceOf(Promise);
    expect(await other.find('a')).toMatchObject({ lastSeq: 1 });
    await storing;
    expect(await other.find('a')).toMatchObject({ lastSeq: 2 });
  });

  test('has what a hundred calls of it give in one turn stored in a few flushes', async () => {
    let flushes = 0;
    const counting: RunStore = {
      ...bound(store),
      append: (one) => {
        flushes += 1;
        return store.append(one);
      },
    };
    const calls = Array.from({ length: 100 }, (_, index) => call(`c${index}`, { capability: 't:branch' }));
    const run = runLocal(scripted([calls]), { handlers: { 't:branch': async () => null }, store: counting });
    expect((await run.ended).outcome.kind).toBe('ok');
    expect(flushes).toBeLessThan(10);
  });

  test('has all else stored at once too, whole or not at all', async () => {
    await store.append(append('a', 0, true));
    const more = { ...append('a', 1), frames: [{ seq: 2, text: 'frame' }], status: 'later' };
    expect(store.append(more)).toBeUndefined();
    expect(await other.find('a')).toMatchObject({ lastSeq: 2, status: 'later' });
    await expect(store.append({ ...more, status: 'latest' })).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
    expect(await other.find('a')).toMatchObject({ lastSeq: 2, status: 'later' });
  });

  test.each([
    ['written by another process', () => other.append(append('a', 1))],
    ['taken away by another process', () => other.delete('a')],
  ])('is refused once it was %s', async (_how, act) => {
    await store.append(append('a', 0, true));
    await act();
    await expect(store.append(append('a', 1))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
  });

  test('is refused behind a hole, and a record twice', async () => {
    await store.append(append('a', 0, true));
    await expect(store.append(append('a', 2))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
    await store.append(append('a', 1));
    await expect(store.append(append('a', 1))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
    expect((await store.records('a', 1, 9)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('gives the event loop its turn when that is due', async () => {
    await store.append(append('a', 0, true));
    vi.spyOn(performance, 'now').mockReturnValue(2_000);
    const storing = store.append(append('a', 1));
    expect(storing).toBeInstanceOf(Promise);
    expect(await storing).toBeUndefined();
    expect(store.append(append('a', 2))).toBeUndefined();
  });

  test('is told of a store that was closed', async () => {
    await store.append(append('a', 0, true));
    await store.close();
    await expect(store.append(append('a', 1))).rejects.toMatchObject({ data: { message: /was closed/ } });
  });
});

test('runs that append in the same turn are stored together', async () => {
  await store.append(append('a', 0, true));
  await Promise.all([store.append(append('b', 0, true)), store.append(append('c', 0, true))]);
  const storing = [store.append(append('b', 1)), store.append(append('c', 1)), store.append(append('a', 1))];
  expect(await other.find('b')).toMatchObject({ lastSeq: 1 });
  await Promise.all(storing);
  expect(await Promise.all(['a', 'b', 'c'].map((id) => other.find(id)))).toMatchObject([
    { lastSeq: 2 },
    { lastSeq: 2 },
    { lastSeq: 2 },
  ]);
});
