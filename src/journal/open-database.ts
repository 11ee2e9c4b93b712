import { DatabaseSync } from 'node:sqlite';
import { tauError } from 'tau-core';
import { readHolderNote } from './holder-note.js';
import { migrate, PAGE_SIZE_PRAGMA } from './schema.js';
import { isBusy } from './sqlite-failure.js';

/** A process that was just killed may hold its lock until its last write is done. */
const LOCK_WAIT_MS = 500;

/** What the write-ahead log keeps of the disk after it was large once. */
const WAL_BYTES_KEPT = 16 * 1024 * 1024;

/**
 * Opens the database of a folder at the current schema version, durable and held by this process alone.
 *
 * `locking_mode=EXCLUSIVE` is the lock against a second process, and spares the shared-memory file. It is set before
 * anything is read, and the empty write transaction takes it.
 *
 * @throws TauError DATA_IN_USE, UNSUPPORTED; SQLite's own errors for the rest.
 */
export function openDatabase(folder: string, path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS, enableForeignKeyConstraints: false });
  try {
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; ${PAGE_SIZE_PRAGMA}; BEGIN IMMEDIATE; COMMIT;`);
    migrate(database, path);
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};`,
    );
    return database;
  } catch (thrown) {
    database.close();
    if (!isBusy(thrown)) throw thrown;
    const pid = readHolderNote(folder);
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    throw tauError('DATA_IN_USE', `${folder} is in use by ${holder}: stop it, or choose another folder with --data`);
  }
}
