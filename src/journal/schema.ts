import type { DatabaseSync } from 'node:sqlite';
import { tauError } from 'tau-core';

/** Marks the file as a journal of TAU (`PRAGMA application_id`): "TAU" and the byte 1. */
const APPLICATION_ID = 0x54_41_55_01;

/** Half the pages of 4 KiB ones when many streams grow at once, at the same price for one. Figures in ADR 0001. */
const PAGE_BYTES = 8192;

/**
 * Statement `n` (from 0) brings a database from version `n` to `n + 1`. A statement that was released never changes:
 * files of its version exist, and the test fixtures keep one of each.
 *
 * Version 1. A record's rowid is its place in the file, so that all streams grow at one end of the table; the index
 * gives each stream its order. A stream's last number is not stored: it is the greatest in the index.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE claim (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    writer TEXT NOT NULL
  ) STRICT;
  INSERT INTO claim VALUES (1, 0, '');
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE records (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    hlc TEXT NOT NULL,
    crc INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX records_by_seq ON records (stream, seq);
  CREATE TABLE snapshots (
    stream INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    state BLOB NOT NULL
  ) STRICT;
  `,
];

/** The version that this code writes, in `PRAGMA user_version`; 0 is an empty file. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** For a new file only: a database keeps the page size that it was made with. */
export const PAGE_SIZE_PRAGMA = `PRAGMA page_size = ${PAGE_BYTES}`;

/**
 * Brings a database to the current version, one transaction for each step.
 *
 * @throws TauError UNSUPPORTED for a database of a newer version, or of another program; nothing was changed in it.
 */
export function migrate(database: DatabaseSync, path: string): void {
  const found = schemaVersion(database, path);
  for (const [version, statement] of MIGRATIONS.entries()) {
    if (version < found) continue;
    const stamp = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1};`;
    database.exec(`BEGIN IMMEDIATE; ${statement} ${stamp} COMMIT;`);
  }
}

function schemaVersion(database: DatabaseSync, path: string): number {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (isEmpty && version === 0) return 0;
  if (application !== APPLICATION_ID) {
    throw tauError('UNSUPPORTED', `${path} is another program's database: choose another folder with --data`);
  }
  if (version > SCHEMA_VERSION) {
    const versions = `version ${version}, this one knows up to ${SCHEMA_VERSION}`;
    throw tauError('UNSUPPORTED', `${path} was written by a newer tau-ext-local (${versions}): update tau-ext-local`);
  }
  return version;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}
