import {
  JOURNAL_LIMITS,
  type Journal,
  type JournalPage,
  type JournalRecord,
  type ReadOptions,
  type Snapshot,
  type StreamAppend,
  type StreamInfo,
} from '../ports/journal.js';
import { tauError } from '../vocabulary/tau-error.js';

/** The calls of the port, as fault hooks see them. */
export type JournalOperation = keyof Journal;

/** What a simulation does to one call: it fails before it had effect, or after it (the answer is lost), or it works. */
export type JournalFault = 'before' | 'after' | 'none';

/** How a memory journal misbehaves; without options it never does. */
export interface MemoryJournalOptions {
  /** Asked once for each call, in the order of the calls. A fault rejects with JOURNAL_FAILED, outcome unknown. */
  readonly fault?: (operation: JournalOperation) => JournalFault;
  /** Awaited between a call's effect and its answer, e.g. a virtual sleep. Effects keep the order of the calls. */
  readonly beforeAnswer?: (operation: JournalOperation) => Promise<void>;
}

interface MemoryStream {
  readonly records: JournalRecord[];
  snapshot: Snapshot | undefined;
}

/**
 * A journal in memory, for tests and simulations: all guarantees of the port, except that it ends with its process.
 * Calls take effect at once, when they are made; what is stored and given is copied, so that nobody can change it.
 */
export class MemoryJournal implements Journal {
  readonly #options: MemoryJournalOptions;
  readonly #streams = new Map<string, MemoryStream>();
  #epoch = 0;
  #nextAppendFault: JournalFault = 'none';

  constructor(options: MemoryJournalOptions = {}) {
    this.#options = options;
  }

  /** Makes the next append fail, once: before anything was stored, or after all of it was. */
  failNextAppend(when: 'before' | 'after'): void {
    this.#nextAppendFault = when;
  }

  claim(_writer: string): Promise<number> {
    return this.#call('claim', () => {
      this.#epoch += 1;
      return this.#epoch;
    });
  }

  append(epoch: number, streams: readonly StreamAppend[]): Promise<void> {
    return this.#call('append', () => {
      this.#checkEpoch(epoch);
      const wanted = streams.filter((append) => append.records.length > 0);
      wanted.forEach(checkRecords);
      if (this.#holds(wanted)) return;
      this.#checkFollows(wanted);
      for (const { stream, records } of wanted) {
        const stored = this.#stream(stream).records;
        for (const record of records) stored.push(copyRecord(record));
      }
    });
  }

  read(stream: string, fromSeq: number, options: ReadOptions = {}): Promise<JournalPage> {
    return this.#call('read', () => readPage(this.#streams.get(stream)?.records ?? [], fromSeq, options));
  }

  list(after: string, streamsMax: number): Promise<readonly StreamInfo[]> {
    return this.#call('list', () =>
      [...this.#streams]
        .filter(([stream, { records }]) => stream > after && records.length > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, Math.min(streamsMax, JOURNAL_LIMITS.streamsPageMax))
        .map(([stream, { records }]) => ({ stream, lastSeq: records.length })),
    );
  }

  saveSnapshot(epoch: number, stream: string, snapshot: Snapshot): Promise<void> {
    return this.#call('saveSnapshot', () => {
      this.#checkEpoch(epoch);
      const kept = this.#stream(stream);
      if (kept.snapshot === undefined || kept.snapshot.seq <= snapshot.seq) kept.snapshot = copySnapshot(snapshot);
    });
  }

  loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return this.#call('loadSnapshot', () => {
      const snapshot = this.#streams.get(stream)?.snapshot;
      return snapshot === undefined ? undefined : copySnapshot(snapshot);
    });
  }

  async #call<Answer>(operation: JournalOperation, effect: () => Answer): Promise<Answer> {
    const fault = this.#takeFault(operation);
    if (fault === 'before') throw injected(operation, 'before it had any effect');
    const answer = effect();
    if (this.#options.beforeAnswer !== undefined) await this.#options.beforeAnswer(operation);
    if (fault === 'after') throw injected(operation, 'after it took effect');
    return answer;
  }

  #takeFault(operation: JournalOperation): JournalFault {
    const fault = this.#options.fault?.(operation) ?? 'none';
    if (operation !== 'append' || this.#nextAppendFault === 'none') return fault;
    const ordered = this.#nextAppendFault;
    this.#nextAppendFault = 'none';
    return ordered;
  }

  #checkEpoch(epoch: number): void {
    if (epoch === this.#epoch) return;
    const now = this.#epoch === 0 ? 'nobody has claimed this journal' : `the journal belongs to epoch ${this.#epoch}`;
    throw tauError('JOURNAL_FENCED', `epoch ${epoch} may not write: ${now}`);
  }

  /** Whether every record of a batch is stored at its place: then the batch is a repeated one. */
  #holds(batch: readonly StreamAppend[]): boolean {
    return batch.every(({ stream, records }) => {
      const stored = this.#streams.get(stream)?.records;
      return records.every((record) => sameRecord(stored?.[record.seq - 1], record));
    });
  }

  #checkFollows(batch: readonly StreamAppend[]): void {
    const lastSeqs = new Map<string, number>();
    for (const { stream, expectedSeq, records } of batch) {
      const lastSeq = lastSeqs.get(stream) ?? this.#streams.get(stream)?.records.length ?? 0;
      if (expectedSeq !== lastSeq) {
        throw tauError('JOURNAL_CONFLICT', `stream "${stream}" ends at ${lastSeq}, not at the expected ${expectedSeq}`);
      }
      lastSeqs.set(stream, lastSeq + records.length);
    }
  }

  #stream(name: string): MemoryStream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const created: MemoryStream = { records: [], snapshot: undefined };
    this.#streams.set(name, created);
    return created;
  }
}

function injected(operation: JournalOperation, when: string): Error {
  return tauError('JOURNAL_FAILED', `injected fault: ${operation} failed ${when}`);
}

function checkRecords({ stream, expectedSeq, records }: StreamAppend): void {
  for (const [index, { seq, data }] of records.entries()) {
    if (data.byteLength > JOURNAL_LIMITS.recordBytesMax) {
      const limit = `recordBytesMax is ${JOURNAL_LIMITS.recordBytesMax}`;
      throw tauError('LIMIT_EXCEEDED', `record ${seq} of stream "${stream}" has ${data.byteLength} bytes: ${limit}`);
    }
    if (seq !== expectedSeq + 1 + index) {
      const want = expectedSeq + 1 + index;
      throw tauError('JOURNAL_CONFLICT', `record ${seq} of stream "${stream}" stands where ${want} must be`);
    }
  }
}

function readPage(stored: readonly JournalRecord[], fromSeq: number, options: ReadOptions): JournalPage {
  const recordsMax = Math.min(options.recordsMax ?? JOURNAL_LIMITS.pageRecordsMax, JOURNAL_LIMITS.pageRecordsMax);
  const bytesMax = Math.min(options.bytesMax ?? JOURNAL_LIMITS.pageBytesMax, JOURNAL_LIMITS.pageBytesMax);
  const endSeq = Math.min(options.toSeq ?? stored.length, stored.length);
  const records: JournalRecord[] = [];
  let bytes = 0;
  for (let seq = Math.max(1, fromSeq); seq <= endSeq; seq += 1) {
    const record = stored[seq - 1] as JournalRecord;
    if (options.subject !== undefined && record.subject !== options.subject) continue;
    const fits = records.length < recordsMax && bytes + record.data.byteLength <= bytesMax;
    if (!fits && records.length > 0) return { records, nextSeq: seq };
    records.push(copyRecord(record));
    bytes += record.data.byteLength;
  }
  return { records, nextSeq: undefined };
}

function sameRecord(stored: JournalRecord | undefined, given: JournalRecord): boolean {
  return (
    stored !== undefined &&
    stored.type === given.type &&
    stored.subject === given.subject &&
    stored.hlc === given.hlc &&
    Buffer.compare(stored.data, given.data) === 0
  );
}

function copyRecord({ seq, type, subject, hlc, data }: JournalRecord): JournalRecord {
  return { seq, type, subject, hlc, data: new Uint8Array(data) };
}

function copySnapshot({ seq, state }: Snapshot): Snapshot {
  return { seq, state: new Uint8Array(state) };
}
