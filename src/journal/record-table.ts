import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { type JournalPage, type JournalRecord, tauError } from 'tau-core';
import { recordChecksum } from './record-checksum.js';
import type { StreamTail } from './stream-tails.js';

/** A read whose bounds are set. */
export interface PageRequest {
  readonly stream: string;
  readonly streamId: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly recordsMax: number;
  readonly bytesMax: number;
  readonly subject: string | undefined;
}

const COLUMNS = 'seq, type, subject, hlc, crc, data';
const RANGE = 'stream = ? AND seq BETWEEN ? AND ?';

/** The records of all streams: prepared statements, and the check of everything that they give. */
export class RecordTable {
  readonly #insert: StatementSync;
  readonly #page: StatementSync;
  readonly #pageOfSubject: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`INSERT INTO records (stream, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#page = database.prepare(`SELECT ${COLUMNS} FROM records WHERE ${RANGE} ORDER BY seq LIMIT ?`);
    this.#pageOfSubject = database.prepare(
      `SELECT ${COLUMNS} FROM records WHERE ${RANGE} AND subject = ? ORDER BY seq LIMIT ?`,
    );
    this.#page.setReturnArrays(true);
    this.#pageOfSubject.setReturnArrays(true);
  }

  /** Writes a record as the stream's next. */
  insert(tail: StreamTail, record: JournalRecord): void {
    const { seq, type, subject, hlc, data } = record;
    this.#insert.run(tail.id, seq, type, subject, hlc, recordChecksum(tail.id, record), data);
    tail.lastSeq = seq;
  }

  /**
   * One page. The time that a read of one subject takes grows with the records between, about 0.2 us each: an index
   * by subject would halve the speed of every append (ADR 0001).
   *
   * @throws TauError JOURNAL_CORRUPT for a record that is missing or whose checksum is another.
   */
  page(request: PageRequest): JournalPage {
    const records: JournalRecord[] = [];
    let bytes = 0;
    for (const row of this.#rows(request)) {
      const record = checkedRecord(row, request);
      if (request.subject === undefined) checkFollows(record, request, records.length);
      bytes += record.data.byteLength;
      const fits = records.length < request.recordsMax && bytes <= request.bytesMax;
      if (!fits && records.length > 0) return { records, nextSeq: record.seq };
      records.push(record);
    }
    return { records, nextSeq: undefined };
  }

  /** One row more than the page takes tells where the next one starts. */
  #rows({ streamId, fromSeq, toSeq, recordsMax, subject }: PageRequest): Iterable<unknown> {
    const limit = recordsMax + 1;
    if (subject === undefined) return this.#page.iterate(streamId, fromSeq, toSeq, limit);
    return this.#pageOfSubject.iterate(streamId, fromSeq, toSeq, subject, limit);
  }
}

/** Whether two records are the same in all that a writer gives. */
export function sameRecord(a: JournalRecord, b: JournalRecord): boolean {
  return (
    a.seq === b.seq &&
    a.type === b.type &&
    a.subject === b.subject &&
    a.hlc === b.hlc &&
    Buffer.compare(a.data, b.data) === 0
  );
}

function checkedRecord(row: unknown, { stream, streamId }: PageRequest): JournalRecord {
  const [seq, type, subject, hlc, crc, data] = row as readonly SQLOutputValue[];
  if (
    typeof seq === 'number' &&
    typeof type === 'string' &&
    typeof subject === 'string' &&
    typeof hlc === 'string' &&
    data instanceof Uint8Array
  ) {
    const record = { seq, type, subject, hlc, data };
    if (crc === recordChecksum(streamId, record)) return record;
  }
  throw corrupt(stream, `record ${seq} is not what was written`);
}

function checkFollows(record: JournalRecord, { stream, fromSeq }: PageRequest, count: number): void {
  const expected = fromSeq + count;
  if (record.seq !== expected) throw corrupt(stream, `record ${expected} is missing`);
}

function corrupt(stream: string, what: string): Error {
  return tauError('JOURNAL_CORRUPT', `stream "${stream}": ${what}; restore the journal from a backup`, {
    details: { stream },
  });
}
