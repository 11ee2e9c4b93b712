import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startNode } from '../../test/child.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openDatabase } from './open-database.js';
import { openSqliteJournal } from './open-journal.js';
import { SCHEMA_VERSION } from './schema.js';

const script = (name: string): string => join(import.meta.dirname, '../../test/fixtures', name);

test('makes the folder, for its owner only, and leaves one file when it is closed', async () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const journal = await openSqliteJournal({ folder });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, 'journal.pid'), 'utf8')).toBe(`${process.pid}\n`);
  journal.close();
  expect(readdirSync(folder)).toEqual(['journal.db']);
});

test('is durable as promised: write-ahead log, synced at every commit, held by one process', () => {
  const folder = temporaryFolder();
  const database = openDatabase(folder, join(folder, 'journal.db'));
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect([pragma('journal_mode'), pragma('locking_mode'), pragma('page_size')]).toEqual(['wal', 'exclusive', 8192]);
  expect(pragma('synchronous'), 'FULL').toBe(2);
  expect(existsSync(join(folder, 'journal.db-shm'))).toBe(false);
  database.close();
});

test('a second opening of the folder is refused, in one line that says who holds it', async () => {
  const folder = temporaryFolder();
  const holder = startNode([script('holder.mjs'), folder]);
  expect((await holder.lines.next()).value).toBe('held');
  const refused = await openSqliteJournal({ folder }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    data: {
      id: 'TAU-6004',
      message: `${folder} is in use by process ${holder.process.pid}: stop it, or choose another folder with --data`,
    },
  });
  holder.process.stdin.end();
  expect((await holder.ended).code).toBe(0);
  (await openSqliteJournal({ folder })).close();
});

test('a second opening by the same process is refused too', async () => {
  const folder = temporaryFolder();
  const journal = await openSqliteJournal({ folder });
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ data: { id: 'TAU-6004' } });
  expect(await journal.claim('still works')).toBe(1);
  journal.close();
});

test.each([1, 16])('kill -9 loses nothing that was acknowledged, %i in flight', async (inFlight) => {
  const folder = temporaryFolder();
  let acknowledged = 0;
  for (const killAfter of [1, 50, 333]) {
    const appender = startNode([script('appender.mjs'), folder, String(inFlight)]);
    const target = acknowledged + killAfter;
    for await (const line of appender.lines) {
      acknowledged = Math.max(acknowledged, Number(line));
      if (acknowledged >= target) appender.process.kill('SIGKILL');
    }
    await appender.ended;
    expect(acknowledged).toBeGreaterThanOrEqual(target);

    const journal = await openSqliteJournal({ folder });
    const { records } = await journal.read('s', 1);
    expect(records.length).toBeGreaterThanOrEqual(acknowledged);
    expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(
      records.map((_, index) => `note ${index + 1}`),
    );
    journal.close();
  }
});

test('a database of a newer version is refused and not changed', async () => {
  const folder = temporaryFolder();
  const { path, close } = await storedJournal(folder);
  close();
  changeDatabase(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const before = readFileSync(path);
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({
    data: { id: 'TAU-1012', message: expect.stringMatching(/newer tau-ext-local .* update tau-ext-local$/) },
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("another program's database is refused and not changed", async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'journal.db');
  changeDatabase(path, 'CREATE TABLE bookmarks (url TEXT)');
  const before = readFileSync(path);
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({
    data: { id: 'TAU-1012', message: expect.stringMatching(/another program's database/) },
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file that is no database is damage', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'journal.db'), 'x'.repeat(8192));
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ data: { id: 'TAU-2004' } });
});

test.each(['', 'data', 'more/data'])(
  'a folder that cannot be made is told with what is in its way: %j',
  async (below) => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const folder = join(file, below);
    const message = `the journal cannot be kept in ${folder}: ${file} is no folder; choose another folder with --data`;
    await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ data: { id: 'TAU-2005', message } });
  },
);

test('damaged pages are told apart from a failing disk', async () => {
  const folder = temporaryFolder();
  const { path, close } = await storedJournal(folder);
  close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xee, 8192));
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ data: { id: 'TAU-2004' } });
});

async function storedJournal(folder: string): Promise<{ path: string; close: () => void }> {
  const journal = await openSqliteJournal({ folder });
  await journal.claim('test');
  return { path: journal.path, close: () => journal.close() };
}

function changeDatabase(path: string, statement: string): void {
  const database = new DatabaseSync(path);
  database.exec(statement);
  database.close();
}
