import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { tauError } from 'tau-core';
import type { RunAppend, StoredFrame, StoredRecord, StoredRun } from './run-store.js';

/** Marks the file as a store of runs (`PRAGMA application_id`): "TAU" and the byte 2. */
const APPLICATION_ID = 0x54_41_55_02;
const SCHEMA_VERSION = 1;

/** Another process's transaction is over within milliseconds. */
const LOCK_WAIT_MS = 2_000;

/** Pages between checkpoints, 16 MiB: each flushes the database too, which appends should not wait for often. */
const CHECKPOINT_PAGES = 4_096;

/** What the write-ahead log keeps of the disk after it was large once: all that it needs between checkpoints, since growing is slow. */
const WAL_BYTES_KEPT = 24 * 1024 * 1024;

/**
 * A record's rowid is its place in the file, so that all runs grow at one end of the table; the index gives each run its order,
 * and is the fence: a run's last number is the greatest in it. An append so changes two pages, whatever runs there are.
 */
const SCHEMA = `
  CREATE TABLE definitions (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    header TEXT NOT NULL,
    status TEXT NOT NULL
  ) STRICT;
  CREATE TABLE records (run INTEGER NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX records_by_seq ON records (run, seq);
  CREATE TABLE frames (
    run INTEGER NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;
`;

/** @throws TauError UNSUPPORTED for another program's database, or one of a newer version. */
export function openRunDatabase(path: string, sync: 'full' | 'normal'): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};`);
    database.exec('BEGIN IMMEDIATE');
    prepareSchema(database, path);
    database.exec('COMMIT');
    database.exec(
      `PRAGMA synchronous = ${sync === 'full' ? 'FULL' : 'NORMAL'}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`,
    );
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  const version = pragma(database, 'user_version');
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (isEmpty && version === 0) {
    database.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
    return;
  }
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw tauError('UNSUPPORTED', `${path} is another program's database: choose another file`);
  }
  if (version > SCHEMA_VERSION) {
    throw tauError('UNSUPPORTED', `${path} was written by a newer tau-orchestrate (version ${version}): update it`);
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}

/** Whether it is a record that follows another one, and no more: by far the most appends are. */
export function isOneRecord({ expectedSeq, records, frames, header, definition, status }: RunAppend): boolean {
  const isOne = expectedSeq > 0 && records.length === 1 && frames.length === 0;
  return isOne && header === undefined && definition === undefined && status === undefined;
}

type Row = readonly SQLOutputValue[];

/** The rows of a store of runs, by prepared statements. Owns no transaction. */
export class SqliteRows {
  readonly #make: StatementSync;
  readonly #tail: StatementSync;
  readonly #setStatus: StatementSync;
  readonly #extend: StatementSync;
  readonly #insertRecord: StatementSync;
  readonly #insertFrame: StatementSync;
  readonly #define: StatementSync;
  readonly #definition: StatementSync;
  readonly #find: StatementSync;
  readonly #list: StatementSync;
  readonly #records: StatementSync;
  readonly #frame: StatementSync;
  readonly #deletions: readonly StatementSync[];

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    const lastSeq = 'coalesce((SELECT max(seq) FROM records WHERE records.run = runs.id), 0)';
    this.#make = prepare('INSERT INTO runs (run, header, status) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id');
    this.#tail = prepare(`SELECT id, ${lastSeq} FROM runs WHERE run = ?`);
    this.#setStatus = prepare('UPDATE runs SET status = ? WHERE id = ?');
    // The record before must be there, and this one not: seeking both is cheaper than asking for the last one.
    this.#extend = prepare(
      `INSERT OR IGNORE INTO records (run, seq, text)
       SELECT run, seq + 1, ? FROM records WHERE run = (SELECT id FROM runs WHERE run = ?) AND seq = ?`,
    );
    this.#insertRecord = prepare('INSERT INTO records (run, seq, text) VALUES (?, ?, ?)');
    this.#insertFrame = prepare('INSERT OR REPLACE INTO frames (run, seq, text) VALUES (?, ?, ?)');
    this.#define = prepare('INSERT OR IGNORE INTO definitions (key, text) VALUES (?, ?)');
    this.#definition = prepare('SELECT text FROM definitions WHERE key = ?');
    this.#find = prepare(`SELECT run, header, status, ${lastSeq} FROM runs WHERE run = ?`);
    this.#list = prepare(`SELECT run, header, status, ${lastSeq} FROM runs WHERE run > ? ORDER BY run LIMIT ?`);
    const id = '(SELECT id FROM runs WHERE run = ?)';
    this.#records = prepare(`SELECT seq, text FROM records WHERE run = ${id} AND seq BETWEEN ? AND ? ORDER BY seq`);
    this.#frame = prepare(`SELECT seq, text FROM frames WHERE run = ${id} AND seq = ?`);
    this.#deletions = [
      prepare(`DELETE FROM records WHERE run = ${id}`),
      prepare(`DELETE FROM frames WHERE run = ${id}`),
      prepare('DELETE FROM runs WHERE run = ?'),
    ];
  }

  /** An append of one record, by one statement, which is its fence too. False, and nothing written, when it does not fit. */
  extend({ runId, records, expectedSeq }: RunAppend): boolean {
    return this.#extend.run(records[0]?.text ?? null, runId, expectedSeq).changes === 1;
  }

  /** The same for any append, by several statements. */
  write(append: RunAppend): boolean {
    if (isOneRecord(append)) return this.extend(append);
    const { records, frames, definition, header } = append;
    const id = header === undefined ? this.#idAt(append) : this.#madeId(append);
    if (id === undefined) return false;
    for (const { seq, text } of records) this.#insertRecord.run(id, seq, text);
    for (const { seq, text } of frames) this.#insertFrame.run(id, seq, text);
    if (definition !== undefined) this.#define.run(definition.key, definition.text);
    return true;
  }

  #idAt({ runId, expectedSeq, status }: RunAppend): number | undefined {
    const row = this.#tail.get(runId) as Row | undefined;
    if (row === undefined || row[1] !== expectedSeq) return undefined;
    const id = Number(row[0]);
    if (status !== undefined) this.#setStatus.run(status, id);
    return id;
  }

  #madeId({ runId, header = '', status = '' }: RunAppend): number | undefined {
    const row = this.#make.get(runId, header, status) as Row | undefined;
    return row && Number(row[0]);
  }

  find(runId: string): StoredRun | undefined {
    const row = this.#find.get(runId) as Row | undefined;
    return row && runOf(row);
  }

  definition(key: string): string | undefined {
    const row = this.#definition.get(key) as Row | undefined;
    return row && String(row[0]);
  }

  records(runId: string, fromSeq: number, toSeq: number): readonly StoredRecord[] {
    const rows = this.#records.all(runId, fromSeq, toSeq) as unknown as readonly Row[];
    return rows.map(([seq, text]) => ({ seq: Number(seq), text: String(text) }));
  }

  frames(runId: string, seqs: readonly number[]): readonly StoredFrame[] {
    const rows = [...seqs].sort((a, b) => a - b).map((seq) => this.#frame.get(runId, seq) as Row | undefined);
    return rows.flatMap((row) => (row === undefined ? [] : [{ seq: Number(row[0]), text: String(row[1]) }]));
  }

  list(after: string, runsMax: number): readonly StoredRun[] {
    return (this.#list.all(after, runsMax) as unknown as readonly Row[]).map(runOf);
  }

  delete(runId: string): void {
    for (const deletion of this.#deletions) deletion.run(runId);
  }
}

function runOf([runId, header, status, lastSeq]: Row): StoredRun {
  return { runId: String(runId), header: String(header), status: String(status), lastSeq: Number(lastSeq) };
}
