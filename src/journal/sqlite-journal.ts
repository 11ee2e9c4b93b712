import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  JOURNAL_LIMITS,
  type Journal,
  type JournalPage,
  type ReadOptions,
  type Snapshot,
  type StreamAppend,
  type StreamInfo,
  tauError,
} from 'tau-core';
import { CommitGroup } from './commit-group.js';
import { type PageRequest, RecordTable, sameRecord } from './record-table.js';
import { SnapshotTable } from './snapshot-table.js';
import { sqliteFailure } from './sqlite-failure.js';
import { checkStreamName, StreamTails } from './stream-tails.js';

/**
 * The journal on one SQLite database, which this connection holds alone.
 *
 * Owns the fence (epoch and expected numbers) and the order of calls. Does not own transactions (`CommitGroup`), rows
 * (`RecordTable`, `SnapshotTable`), or how the file is opened and locked (`openSqliteJournal`).
 *
 * 1. A batch is checked whole before any of it is written.
 * 2. A call that reads, or claims, first commits what was written before it: nobody sees what may still be lost.
 */
export class SqliteJournal implements Journal {
  /** The database's file. */
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #onClose: () => void;
  readonly #tails: StreamTails;
  readonly #records: RecordTable;
  readonly #snapshots: SnapshotTable;
  readonly #group: CommitGroup;
  readonly #claim: StatementSync;
  readonly #list: StatementSync;
  #epoch: number;

  /** Takes over a database at the current schema version. `onClose` is called after it was closed. */
  constructor(database: DatabaseSync, path: string, onClose: () => void) {
    this.path = path;
    this.#database = database;
    this.#onClose = onClose;
    this.#tails = new StreamTails(database);
    this.#records = new RecordTable(database);
    this.#snapshots = new SnapshotTable(database);
    this.#group = new CommitGroup(database, path, () => this.#tails.forget());
    this.#claim = database.prepare('UPDATE claim SET epoch = ?, writer = ?');
    this.#list = database.prepare(
      `SELECT name AS stream, (SELECT max(seq) FROM records WHERE stream = id) AS lastSeq FROM streams
       WHERE name > ? AND EXISTS (SELECT 1 FROM records WHERE stream = id) ORDER BY name LIMIT ?`,
    );
    this.#epoch = Number(database.prepare('SELECT epoch FROM claim').get()?.['epoch'] ?? 0);
  }

  async claim(writer: string): Promise<number> {
    return this.#settled(() => {
      const epoch = this.#epoch + 1;
      this.#claim.run(epoch, writer);
      this.#epoch = epoch;
      return epoch;
    });
  }

  async append(epoch: number, streams: readonly StreamAppend[]): Promise<void> {
    this.#checkWriter(epoch);
    const batch = streams.filter(({ records }) => records.length > 0);
    const bytes = batch.reduce((sum, append) => sum + checkedBytes(append), 0);
    if (this.#guarded(() => this.#holds(batch))) return this.#group.committed();
    this.#guarded(() => this.#checkFollows(batch));
    return this.#group.write(bytes, () => {
      for (const { stream, records } of batch) {
        const tail = this.#tails.findOrCreate(stream);
        for (const record of records) this.#records.insert(tail, record);
      }
    });
  }

  async read(stream: string, fromSeq: number, options: ReadOptions = {}): Promise<JournalPage> {
    return this.#settled(() => {
      const tail = this.#tails.find(stream);
      if (tail === undefined) return { records: [], nextSeq: undefined };
      return this.#records.page(pageRequest(stream, tail.id, fromSeq, options));
    });
  }

  async list(after: string, streamsMax: number): Promise<readonly StreamInfo[]> {
    const limit = Math.min(Math.max(streamsMax, 0), JOURNAL_LIMITS.streamsPageMax);
    return this.#settled(() =>
      this.#list.all(after, limit).map(({ stream, lastSeq }) => ({ stream: String(stream), lastSeq: Number(lastSeq) })),
    );
  }

  async saveSnapshot(epoch: number, stream: string, snapshot: Snapshot): Promise<void> {
    this.#checkWriter(epoch);
    checkStreamName(stream);
    return this.#group.write(snapshot.state.byteLength, () => {
      this.#snapshots.save(this.#tails.findOrCreate(stream), snapshot);
    });
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return this.#settled(() => {
      const tail = this.#tails.find(stream);
      return tail === undefined ? undefined : this.#snapshots.load(stream, tail);
    });
  }

  /** Makes durable what was accepted, and lets go of the folder. Calls after it fail with JOURNAL_ABSENT. */
  close(): void {
    if (!this.#database.isOpen) return;
    this.#group.settle();
    this.#database.close();
    this.#onClose();
  }

  #settled<Answer>(answer: () => Answer): Answer {
    this.#checkOpen();
    this.#group.settle();
    return this.#guarded(answer);
  }

  #guarded<Answer>(answer: () => Answer): Answer {
    try {
      return answer();
    } catch (thrown) {
      throw sqliteFailure(thrown, this.path);
    }
  }

  #checkOpen(): void {
    if (!this.#database.isOpen) throw tauError('JOURNAL_ABSENT', `the journal ${this.path} was closed`);
  }

  #checkWriter(epoch: number): void {
    this.#checkOpen();
    if (epoch === this.#epoch && epoch > 0) return;
    const now = this.#epoch === 0 ? 'nobody has claimed this journal' : `the journal belongs to epoch ${this.#epoch}`;
    throw tauError('JOURNAL_FENCED', `epoch ${epoch} may not write: ${now}`);
  }

  /** Whether every record of a batch is stored at its place: then its writer lost the answer, and asks again. */
  #holds(batch: readonly StreamAppend[]): boolean {
    return batch.every((append) => {
      const tail = this.#tails.find(append.stream);
      const lastSeq = append.expectedSeq + append.records.length;
      return tail !== undefined && lastSeq <= tail.lastSeq && this.#holdsRecords(append, tail.id);
    });
  }

  #holdsRecords({ stream, expectedSeq, records }: StreamAppend, streamId: number): boolean {
    let compared = 0;
    while (compared < records.length) {
      const toSeq = expectedSeq + records.length;
      const page = this.#records.page(pageRequest(stream, streamId, expectedSeq + compared + 1, { toSeq }));
      for (const stored of page.records) {
        const given = records[compared];
        if (given === undefined || !sameRecord(stored, given)) return false;
        compared += 1;
      }
      if (page.records.length === 0) return false;
    }
    return true;
  }

  #checkFollows(batch: readonly StreamAppend[]): void {
    const ends = new Map<string, number>();
    for (const { stream, expectedSeq, records } of batch) {
      const end = ends.get(stream) ?? this.#tails.find(stream)?.lastSeq ?? 0;
      if (expectedSeq !== end) {
        throw tauError('JOURNAL_CONFLICT', `stream "${stream}" ends at ${end}, not at the expected ${expectedSeq}`);
      }
      ends.set(stream, end + records.length);
    }
  }
}

/** The size of an append whose records are well-formed: numbered in order, none too large. */
function checkedBytes({ stream, expectedSeq, records }: StreamAppend): number {
  checkStreamName(stream);
  let bytes = 0;
  for (const [index, { seq, data }] of records.entries()) {
    if (data.byteLength > JOURNAL_LIMITS.recordBytesMax) {
      const limit = `the limit recordBytesMax is ${JOURNAL_LIMITS.recordBytesMax}`;
      throw tauError('LIMIT_EXCEEDED', `record ${seq} of stream "${stream}" has ${data.byteLength} bytes: ${limit}`);
    }
    const expected = expectedSeq + 1 + index;
    if (seq !== expected) {
      throw tauError('JOURNAL_CONFLICT', `record ${seq} of stream "${stream}" stands where ${expected} must be`);
    }
    bytes += data.byteLength;
  }
  return bytes;
}

function pageRequest(stream: string, streamId: number, fromSeq: number, options: ReadOptions): PageRequest {
  const { pageRecordsMax, pageBytesMax } = JOURNAL_LIMITS;
  return {
    stream,
    streamId,
    fromSeq: Math.max(fromSeq, 1),
    toSeq: options.toSeq ?? Number.MAX_SAFE_INTEGER,
    recordsMax: Math.min(options.recordsMax ?? pageRecordsMax, pageRecordsMax),
    bytesMax: Math.min(options.bytesMax ?? pageBytesMax, pageBytesMax),
    subject: options.subject,
  };
}
