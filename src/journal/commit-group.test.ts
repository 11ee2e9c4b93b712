import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { CommitGroup } from './commit-group.js';

/** A group on one connection, and what a second one sees of it. */
function watchedGroup() {
  const path = join(temporaryFolder(), 'group.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT UNIQUE) STRICT');
  const watcher = new DatabaseSync(path, { readOnly: true });
  const insert = database.prepare('INSERT INTO notes VALUES (?)');
  const runs = vi.spyOn(StatementSync.prototype, 'run');
  onTestFinished(() => runs.mockRestore());
  let losses = 0;
  const group = new CommitGroup(database, path, () => {
    losses += 1;
  });
  return {
    group,
    note: (text: string, bytes = text.length) => group.write(bytes, () => void insert.run(text)),
    stored: () =>
      watcher
        .prepare('SELECT text FROM notes')
        .all()
        .map(({ text }) => text),
    commits: () =>
      runs.mock.contexts.filter((statement) => statement instanceof StatementSync && statement.sourceSQL === 'COMMIT')
        .length,
    losses: () => losses,
    breakDatabase: () => database.close(),
  };
}

test('writes of one turn are one transaction, on disk before any of them resolves', async () => {
  const { note, stored, commits } = watchedGroup();
  const writes = ['a', 'b', 'c'].map((text) => note(text));
  await Promise.resolve();
  writes.push(note('d'));
  expect(stored()).toEqual([]);
  await Promise.race(writes);
  expect(stored()).toEqual(['a', 'b', 'c', 'd']);
  expect(commits()).toBe(1);
  await Promise.all(writes);
});

test('the next turn is another transaction', async () => {
  const { note, stored, commits } = watchedGroup();
  await note('a');
  await note('b');
  expect(stored()).toEqual(['a', 'b']);
  expect(commits()).toBe(2);
});

test('a write that fails takes the group with it, and the next group is untouched by that', async () => {
  const { note, stored, losses } = watchedGroup();
  await note('a');
  const outcomes = await Promise.allSettled([note('b'), note('a'), note('c')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(losses()).toBe(1);
  expect(stored()).toEqual(['a', 'c']);
});

test('a full group commits without waiting for the end of the turn', async () => {
  const { note, stored } = watchedGroup();
  const first = note('a', 5_000_000);
  expect(stored()).toEqual(['a']);
  await first;
});

test('settle commits now; committed() waits for what is open', async () => {
  const { group, note, stored } = watchedGroup();
  const write = note('a');
  group.settle();
  group.settle();
  expect(stored()).toEqual(['a']);
  await write;
  await group.committed();
  const later = note('b');
  await group.committed();
  expect(stored()).toEqual(['a', 'b']);
  await later;
});

test('a database that fails at commit, and at the next begin, fails those writes', async () => {
  const { note, breakDatabase } = watchedGroup();
  const open = note('a');
  breakDatabase();
  await expect(open).rejects.toMatchObject({ data: { id: 'TAU-2005', outcome: 'unknown', retryable: true } });
  await expect(note('b')).rejects.toMatchObject({ data: { id: 'TAU-2005' } });
});
