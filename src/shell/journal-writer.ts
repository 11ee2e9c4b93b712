import {
  backoffDelayMs,
  type Clock,
  ERROR_CATALOGUE,
  type Journal,
  type JournalPage,
  type JournalRecord,
  later,
  type ReadOptions,
  type StreamAppend,
  toErrorData,
} from 'tau-core';
import type { RegionStore } from './region-store.js';
import type { Witness } from './remote-journal.js';

/** Named limits of the writer. */
const BATCH = {
  /** Fills a frame to half of its limit. */
  bytesMax: 2 * 1024 * 1024,
  recordsMax: 4_096,
  /** One batch is written while the next one travels. */
  inFlightMax: 2,
} as const;

const RETRY = { firstMs: 100, factor: 2, maxMs: 5_000 };

interface Waiting {
  readonly append: StreamAppend;
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * Group commit over all regions: what they append in one turn goes to the journal as one batch, synced once.
 *
 * An append never fails here: while the journal is away or its disk is full, regions wait; nothing acknowledged is lost
 * because nothing was acknowledged. What cannot be waited out (another writer has taken the journal, or it holds other
 * records than these) is fatal: this kernel must not go on.
 */
export class JournalWriter implements RegionStore {
  readonly durable = true;
  readonly #journal: Journal;
  readonly #epoch: number;
  readonly #clock: Clock;
  readonly #onFatal: (thrown: unknown) => void;
  readonly #onTrouble: (message: string | undefined) => void;
  /** The last record that the journal has acknowledged, or was read from it. */
  #witness: Witness | undefined;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #scheduled = false;
  #stopped = false;

  constructor(
    journal: Journal,
    epoch: number,
    options: {
      readonly clock: Clock;
      /** The kernel must stop. */
      readonly onFatal: (thrown: unknown) => void;
      /** Why appends wait; undefined when they go on. */
      readonly onTrouble: (message: string | undefined) => void;
      /** Present when the journal was not empty. */
      readonly witness?: Witness;
    },
  ) {
    this.#witness = options.witness;
    this.#journal = journal;
    this.#epoch = epoch;
    this.#clock = options.clock;
    this.#onFatal = options.onFatal;
    this.#onTrouble = options.onTrouble;
  }

  /** A record that the journal has, if it is the same one; undefined while it has none. */
  get witness(): Witness | undefined {
    return this.#witness;
  }

  append(stream: string, expectedSeq: number, records: readonly JournalRecord[]): Promise<void> {
    return new Promise((resolve) => {
      const bytes = records.reduce((sum, record) => sum + record.data.length + 64, 0);
      this.#waiting.push({ append: { stream, expectedSeq, records }, bytes, resolve });
      this.#schedule();
    });
  }

  read(stream: string, fromSeq: number, options: ReadOptions): Promise<JournalPage> {
    return this.#journal.read(stream, fromSeq, options);
  }

  saveSnapshot(stream: string, seq: number, state: Uint8Array): Promise<void> {
    return this.#journal.saveSnapshot(this.#epoch, stream, { seq, state });
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= BATCH.inFlightMax) return;
    this.#scheduled = true;
    // One microtask later: regions that decide in this turn join the batch.
    queueMicrotask(() => {
      this.#scheduled = false;
      while (this.#waiting.length > 0 && this.#inFlight < BATCH.inFlightMax) void this.#write(this.#takeBatch());
    });
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let records = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      records += waiting.append.records.length;
      if (count > 0 && (bytes > BATCH.bytesMax || records > BATCH.recordsMax)) break;
      count += 1;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return batch;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    this.#inFlight += 1;
    const streams = batch.map((waiting) => waiting.append);
    for (let failures = 0; !this.#stopped; ) {
      try {
        await this.#journal.append(this.#epoch, streams);
        if (failures > 0) this.#onTrouble(undefined);
        break;
      } catch (thrown) {
        const error = toErrorData(thrown);
        if (!error.retryable || error.id === ERROR_CATALOGUE.JOURNAL_FENCED.id) {
          this.#stopped = true;
          this.#onFatal(thrown);
          return;
        }
        failures += 1;
        this.#onTrouble(error.message);
        await this.#wait(backoffDelayMs(failures, RETRY, 1));
      }
    }
    this.#inFlight -= 1;
    if (this.#stopped) return;
    this.#witness = lastOf(batch) ?? this.#witness;
    for (const waiting of batch) waiting.resolve();
    this.#schedule();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.at(later(this.#clock.now(), ms), resolve);
    });
  }
}

function lastOf(batch: readonly Waiting[]): Witness | undefined {
  const append = batch.at(-1)?.append;
  const record = append?.records.at(-1);
  return append && record && { stream: append.stream, seq: record.seq, hlc: record.hlc };
}
