import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileStore, memoryStore, sqliteStore } from 'tau-orchestrate/local';
import { afterAll, describe, expect, test } from 'vitest';
import { made, next, runStoreSuite } from './run-store-suite.js';

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tau-run-store-'));
  folders.push(path);
  return path;
}
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

runStoreSuite('memory', () => ({ open: memoryStore, isShared: false, isDurable: false, dispose: () => undefined }));

runStoreSuite('files', () => {
  const path = folder();
  return { open: () => fileStore({ path }), isShared: true, isDurable: true, dispose: () => undefined };
});

for (const sync of ['full', 'normal'] as const) {
  runStoreSuite(`SQLite, ${sync}`, () => {
    const path = join(folder(), 'runs.db');
    return { open: () => sqliteStore({ path, sync }), isShared: true, isDurable: true, dispose: () => undefined };
  });
}

describe('a file of a run', () => {
  test('whose last line was cut off goes on where the whole lines end, wherever the cut is', async () => {
    const path = folder();
    const store = fileStore({ path });
    await store.append(made('a', ['one']));
    await store.append(next('a', 1, ['two']));
    await store.close();
    const file = join(path, 'a.jsonl');
    const whole = readFileSync(file);
    const firstEnd = whole.indexOf(10) + 1;
    for (let bytes = firstEnd; bytes < whole.length; bytes += 5) {
      truncateSync(file, firstEnd);
      appendFileSync(file, whole.subarray(firstEnd, bytes));
      const again = fileStore({ path });
      expect(await again.find('a')).toMatchObject({ lastSeq: 1 });
      await again.append(next('a', 1, ['two again']));
      expect((await again.records('a', 1, 9)).map(({ text }) => text)).toEqual(['one', 'two again']);
      await again.close();
    }
  });

  test('whose first line was cut off is made anew', async () => {
    const path = folder();
    writeFileSync(join(path, 'a.jsonl'), '{"after":0,"hea');
    const store = fileStore({ path });
    expect(await store.find('a')).toBeUndefined();
    expect(await store.list('', 9)).toEqual([]);
    await store.append(made('a', ['one']));
    expect(await store.find('a')).toMatchObject({ lastSeq: 1 });
    await store.close();
  });

  test('is opened again when there are too many to keep open', async () => {
    const store = fileStore({ path: folder() });
    const runs = Array.from({ length: 300 }, (_, n) => `run-${n}`);
    for (const run of runs) await store.append(made(run, [`1 of ${run}`]));
    await Promise.all(runs.map(async (run) => store.append(next(run, 1, [`2 of ${run}`]))));
    const texts = await Promise.all(runs.map(async (run) => (await store.records(run, 2, 2))[0]?.text));
    expect(texts).toEqual(runs.map((run) => `2 of ${run}`));
    await store.close();
  });

  test('with a broken line in its middle is corrupt', async () => {
    const path = folder();
    const store = fileStore({ path });
    await store.append(made('a', ['one']));
    await store.close();
    appendFileSync(join(path, 'a.jsonl'), '{"after":1,"rec\n');
    const again = fileStore({ path });
    await expect(again.find('a')).rejects.toMatchObject({ data: { id: 'TAU-2004' } });
    await again.close();
  });
});

describe('a database of runs', () => {
  test('that is another program’s, or newer, is left alone', () => {
    const other = join(folder(), 'other.db');
    const database = new DatabaseSync(other);
    database.exec('CREATE TABLE theirs (a)');
    expect(() => sqliteStore({ path: other })).toThrow(/another program/);
    database.exec('DROP TABLE theirs');
    database.close();
    const newer = join(folder(), 'newer.db');
    void sqliteStore({ path: newer }).close();
    const raised = new DatabaseSync(newer);
    raised.exec('PRAGMA user_version = 99');
    raised.close();
    expect(() => sqliteStore({ path: newer })).toThrow(/newer/);
  });

  test('is flushed once for all that runs append in a turn', async () => {
    const path = join(folder(), 'runs.db');
    const store = sqliteStore({ path });
    const reader = new DatabaseSync(path);
    const count = (): unknown => reader.prepare('SELECT count(*) AS n FROM runs').get()?.['n'];
    const appends = ['a', 'b', 'c'].map((run) => store.append(made(run, ['one'])));
    await Promise.resolve();
    expect(count()).toBe(0);
    await appends[0];
    expect(count()).toBe(3);
    reader.close();
    await store.close();
    await expect(store.append(made('d', []))).rejects.toMatchObject({ data: { id: 'TAU-2001' } });
  });
});

describe('a folder of runs', () => {
  /** All that a run's file may hold: several records, frames, a status, letters of more than one byte. */
  const appends = [
    made('a', ['one', 'zwei ü 🙂']),
    next('a', 2, ['three'], { status: 'half', frames: [{ seq: 3, text: 'frame ü' }] }),
    next('a', 3, ['four\n', 'five'], { status: 'done' }),
  ];

  test('is whole after a crash at any byte: what was appended whole is there, and nothing else', async () => {
    const path = folder();
    const store = fileStore({ path });
    for (const append of appends) await store.append(append);
    await store.close();
    const file = join(path, 'a.jsonl');
    const whole = readFileSync(file);
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    expect(ends).toHaveLength(appends.length);
    const texts = appends.map(({ records }) => records.map(({ text }) => text));
    for (let bytes = 0; bytes <= whole.length; bytes += 1) {
      writeFileSync(file, whole.subarray(0, bytes));
      const kept = ends.filter((end) => end <= bytes).length;
      const before = texts.slice(0, kept).flat();
      const again = fileStore({ path });
      const found = await again.find('a');
      expect([bytes, found?.lastSeq]).toEqual([bytes, kept === 0 ? undefined : before.length]);
      expect(found?.status ?? '').toBe(['', '', 'half', 'done'][kept]);
      expect((await again.frames('a', [3])).length).toBe(kept > 1 ? 1 : 0);
      await again.append(kept === 0 ? made('a', ['new']) : next('a', before.length, ['new']));
      expect((await again.records('a', 1, 99)).map(({ text }) => text)).toEqual([...before, 'new']);
      await again.close();
      // And so it is for the next process.
      const third = fileStore({ path });
      expect((await third.records('a', 1, 99)).map(({ text }) => text)).toEqual([...before, 'new']);
      await third.close();
    }
  }, 60_000);

  test('that is closed has all that was appended before, and says so', async () => {
    const path = folder();
    const store = fileStore({ path });
    await store.append(made('a', ['one']));
    const under = [store.append(next('a', 1, ['two'])), store.append(made('b', ['other']))];
    await store.close();
    expect(await Promise.allSettled(under)).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    await expect(store.append(next('a', 2, ['late']))).rejects.toMatchObject({ data: { id: 'TAU-2001' } });
    const again = fileStore({ path });
    expect((await again.records('a', 1, 9)).map(({ text }) => text)).toEqual(['one', 'two']);
    expect(await again.find('b')).toMatchObject({ lastSeq: 1 });
    await again.close();
  });

  test('keeps a definition as it is while another process keeps it too, and mends one that was cut off', async () => {
    const path = folder();
    const definition = { key: 'k', text: '{"steps":[1,2,3]}' };
    const file = join(path, 'definitions', 'k.json');
    const first = fileStore({ path });
    await first.append({ ...made('a', ['one']), definition });
    const { ino } = statSync(file);
    const second = fileStore({ path });
    await second.append({ ...made('b', ['one']), definition });
    // The same file, never written again: a crash of the second process could not have taken it from the first one's runs.
    expect(statSync(file).ino).toBe(ino);
    writeFileSync(file, '{"ste');
    const third = fileStore({ path });
    await third.append({ ...made('c', ['one']), definition });
    expect(await third.definition('k')).toBe(definition.text);
    expect(readdirSync(join(path, 'definitions'))).toEqual(['k.json']);
    await Promise.all([first.close(), second.close(), third.close()]);
  });
});
