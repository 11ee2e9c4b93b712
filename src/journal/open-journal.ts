import { join, resolve } from 'node:path';
import { makeDataFolder } from './data-folder.js';
import { removeHolderNote, writeHolderNote } from './holder-note.js';
import { openDatabase } from './open-database.js';
import { sqliteFailure } from './sqlite-failure.js';
import { SqliteJournal } from './sqlite-journal.js';

/** Where a journal lives. */
export interface SqliteJournalOptions {
  /** Folder of the database; made (readable by its owner only) when it is not there. One journal in a folder. */
  readonly folder: string;
}

const DATABASE_FILE = 'journal.db';

/**
 * Opens the journal of a folder, and makes it when there is none. This process then holds the folder alone, until it
 * closes the journal or ends.
 *
 * Durable: write-ahead log, synced at every commit (`synchronous=FULL`); appends of one turn of the event loop share
 * a commit. What survives a power failure is what the disk says it has synced.
 *
 * @throws TauError DATA_IN_USE when another process holds the folder, UNSUPPORTED when a newer version or another
 * program wrote the database, JOURNAL_CORRUPT when it cannot be read, JOURNAL_FAILED when the disk refuses.
 *
 * @example
 * ```ts
 * import { openSqliteJournal } from 'tau-ext-local';
 *
 * const journal = await openSqliteJournal({ folder: '/var/lib/tau' });
 * const epoch = await journal.claim('example');
 * const record = { seq: 1, type: 'note', subject: '', hlc: '', data: Buffer.from('hello') };
 * await journal.append(epoch, [{ stream: 'notes', expectedSeq: 0, records: [record] }]);
 * journal.close();
 * ```
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteJournal> {
  const folder = resolve(options.folder);
  const path = join(folder, DATABASE_FILE);
  try {
    makeDataFolder(folder);
    const database = openDatabase(folder, path);
    writeHolderNote(folder);
    return new SqliteJournal(database, path, () => removeHolderNote(folder));
  } catch (thrown) {
    throw sqliteFailure(thrown, path);
  }
}
