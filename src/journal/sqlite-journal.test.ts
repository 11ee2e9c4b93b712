import { DatabaseSync } from 'node:sqlite';
import { ERROR_CATALOGUE, type ErrorName, type JournalRecord, type StreamAppend } from 'tau-core';
import { journalSuite } from 'tau-core/testing';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openSqliteJournal } from './open-journal.js';
import { migrate } from './schema.js';
import { SqliteJournal } from './sqlite-journal.js';

journalSuite('SqliteJournal', async () => {
  const folder = temporaryFolder();
  const journal = await openSqliteJournal({ folder });
  let current = journal;
  const reopen = async (): Promise<SqliteJournal> => {
    current.close();
    current = await openSqliteJournal({ folder });
    return current;
  };
  return { journal, reopen, close: async () => current.close() };
});

function append(stream: string, ...texts: readonly string[]): StreamAppend {
  return { stream, expectedSeq: 0, records: texts.map((text, index) => noteRecord(index + 1, text)) };
}

function noteRecord(seq: number, text: string): JournalRecord {
  return { seq, type: 'note', subject: 'run-1', hlc: '', data: Buffer.from(text) };
}

async function expectRefused(call: Promise<unknown>, name: ErrorName, message?: RegExp): Promise<void> {
  await expect(call).rejects.toMatchObject({
    data: { id: ERROR_CATALOGUE[name].id, message: message ? expect.stringMatching(message) : expect.any(String) },
  });
}

/** A stored journal that `damage` changed behind its back. */
async function damagedJournal(damage: string): Promise<SqliteJournal> {
  const folder = temporaryFolder();
  const journal = await openSqliteJournal({ folder });
  const epoch = await journal.claim('test');
  await journal.append(epoch, [append('s', 'one', 'two', 'three'), append('t', 'other')]);
  await journal.saveSnapshot(epoch, 's', { seq: 3, state: Buffer.from('three notes') });
  journal.close();
  const database = new DatabaseSync(journal.path);
  database.exec(damage);
  database.close();
  return openSqliteJournal({ folder });
}

describe('a damaged journal', () => {
  const damages = {
    'a changed byte': "UPDATE records SET data = CAST('tvo' AS BLOB) WHERE stream = 1 AND seq = 2",
    'a changed subject': "UPDATE records SET subject = 'run-2' WHERE stream = 1 AND seq = 2",
    'a record in the place of another':
      'DELETE FROM records WHERE stream = 1 AND seq = 2; UPDATE records SET seq = 2 WHERE seq = 3',
    'a record of another stream': 'DELETE FROM records WHERE stream = 1; UPDATE records SET stream = 1',
    'a missing record': 'DELETE FROM records WHERE stream = 1 AND seq = 2',
    'a missing first record': 'DELETE FROM records WHERE stream = 1 AND seq = 1',
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`refuses ${name}`, async () => {
      const journal = await damagedJournal(damage);
      await expectRefused(journal.read('s', 1), 'JOURNAL_CORRUPT', /stream "s": record \d/);
      journal.close();
    });
  }

  test('refuses a changed snapshot', async () => {
    const journal = await damagedJournal("UPDATE snapshots SET state = CAST('four notes' AS BLOB)");
    await expectRefused(journal.loadSnapshot('s'), 'JOURNAL_CORRUPT', /stream "s": its snapshot/);
    expect((await journal.read('s', 1)).records).toHaveLength(3);
    journal.close();
  });

  test('still gives the streams that are whole', async () => {
    const journal = await damagedJournal('UPDATE records SET crc = crc + 1 WHERE stream = 1');
    expect((await journal.read('t', 1)).records).toHaveLength(1);
    journal.close();
  });
});

describe('a full disk', () => {
  const largeRecord = (seq: number): JournalRecord => ({ ...noteRecord(seq, ''), data: new Uint8Array(200_000) });

  test('fails the whole group with an unknown outcome, and takes appends again once there is room', async () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, ':memory:');
    const journal = new SqliteJournal(database, ':memory:', () => {});
    const epoch = await journal.claim('test');
    await journal.append(epoch, [append('s', 'one')]);
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 8}`);

    const small = journal.append(epoch, [{ stream: 's', expectedSeq: 1, records: [noteRecord(2, 'two')] }]);
    const large = journal.append(epoch, [{ stream: 'new', expectedSeq: 0, records: [largeRecord(1)] }]);
    const outcomes = await Promise.allSettled([small, large]);
    expect(outcomes).toMatchObject(
      outcomes.map(() => ({ status: 'rejected', reason: { data: { id: 'TAU-2005', outcome: 'unknown' } } })),
    );
    expect((await journal.read('s', 1)).records).toHaveLength(1);
    expect(await journal.list('', 10)).toEqual([{ stream: 's', lastSeq: 1 }]);

    database.exec(`PRAGMA max_page_count = ${pages + 800}`);
    await journal.append(epoch, [{ stream: 's', expectedSeq: 1, records: [noteRecord(2, 'two')] }]);
    await journal.append(epoch, [{ stream: 'new', expectedSeq: 0, records: [largeRecord(1)] }]);
    expect(await journal.list('', 10)).toEqual([
      { stream: 'new', lastSeq: 1 },
      { stream: 's', lastSeq: 2 },
    ]);
    journal.close();
  });
});

describe('bounds and ends', () => {
  test('a stream name that SQLite would order differently is refused', async () => {
    const journal = await openSqliteJournal({ folder: temporaryFolder() });
    const epoch = await journal.claim('test');
    for (const name of ['', 'x'.repeat(401), 'tau-\u{1f30d}']) {
      await expectRefused(journal.append(epoch, [append(name, 'one')]), 'INVALID_ARGUMENT', /is no stream name/);
    }
    await journal.append(epoch, [append('x'.repeat(400), 'one'), append('\u6e96\ue000', 'one')]);
    expect(await journal.list('', 10)).toHaveLength(2);
    journal.close();
  });

  test('closing makes durable what was accepted; calls after it say that the journal is closed', async () => {
    const folder = temporaryFolder();
    const journal = await openSqliteJournal({ folder });
    const epoch = await journal.claim('test');
    const accepted = journal.append(epoch, [append('s', 'one')]);
    journal.close();
    journal.close();
    await accepted;
    await expectRefused(journal.append(epoch, [append('t', 'one')]), 'JOURNAL_ABSENT', /was closed/);
    await expectRefused(journal.read('s', 1), 'JOURNAL_ABSENT');
    await expectRefused(journal.claim('test'), 'JOURNAL_ABSENT');
    const again = await openSqliteJournal({ folder });
    expect((await again.read('s', 1)).records).toHaveLength(1);
    again.close();
  });
});
