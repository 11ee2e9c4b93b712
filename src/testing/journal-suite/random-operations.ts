import { describe, expect } from 'vitest';
import type { Journal, JournalRecord, ReadOptions, StreamAppend } from '../../ports/journal.js';
import { type SeededRandom, seededRandom } from '../seeded-random.js';
import { expectRecords, expectRefused, journalTest, record } from './fixtures.js';
import { type Expectation, JournalModel, pageFault } from './journal-model.js';
import type { JournalSubject, MakeJournal } from './journal-subject.js';

const BURSTS = 40;
/** Calls of one burst are made without waiting for each other: the journal must keep their order. */
const BURST_CALLS_MAX = 8;
const REOPEN_CHANCE = 0.1;
const STREAMS = ['a', 'b', 'github/octo/shop', 'z'];
const SUBJECTS = ['', 'run-1', 'run-2'];

export function describeRandomOperations(make: MakeJournal, seeds: number): void {
  describe('random operations, as a model has it', () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      journalTest(`seed ${seed}`, make, (subject) => new RandomOperations(subject, seed).run());
    }
  });
}

/** One seeded course of operations on a journal and on the model at once. */
class RandomOperations {
  readonly #subject: JournalSubject;
  readonly #random: SeededRandom;
  readonly #model = new JournalModel();
  readonly #stored: (readonly StreamAppend[])[] = [];
  #journal: Journal;

  constructor(subject: JournalSubject, seed: number) {
    this.#subject = subject;
    this.#journal = subject.journal;
    this.#random = seededRandom(seed);
  }

  async run(): Promise<void> {
    await this.#claim();
    for (let burst = 0; burst < BURSTS; burst += 1) {
      const calls = Array.from({ length: 1 + this.#random.int(BURST_CALLS_MAX) }, () => this.#call());
      await Promise.all(calls);
      await this.#maybeChangeOwner();
    }
    for (const stream of STREAMS) await expectRecords(this.#journal, stream, this.#model.records(stream));
  }

  async #maybeChangeOwner(): Promise<void> {
    if (this.#random.next() < REOPEN_CHANCE) await this.#claim();
    if (this.#subject.reopen === undefined || this.#random.next() >= REOPEN_CHANCE) return;
    this.#journal = await this.#subject.reopen();
  }

  async #claim(): Promise<void> {
    const epoch = await this.#journal.claim(`writer-${this.#model.epoch}`);
    expect(epoch).toBeGreaterThan(this.#model.epoch);
    this.#model.epoch = epoch;
  }

  #call(): Promise<void> {
    const kind = this.#random.int(100);
    if (kind < 55) return this.#append();
    if (kind < 80) return this.#read();
    if (kind < 88) return this.#list();
    return kind < 94 ? this.#saveSnapshot() : this.#loadSnapshot();
  }

  #append(): Promise<void> {
    const repeated = this.#stored.length > 0 && this.#random.next() < 0.15;
    const batch = repeated ? this.#random.pick(this.#stored) : this.#newBatch();
    const epoch = this.#epoch();
    const expectation = this.#model.append(epoch, batch);
    if ('accepted' in expectation) this.#stored.push(batch);
    return this.#settle(this.#journal.append(epoch, batch), expectation);
  }

  #newBatch(): StreamAppend[] {
    const streams = this.#random.shuffle([...STREAMS]).slice(0, 1 + this.#random.int(3));
    return streams.map((stream) => {
      const offBy = this.#random.next() < 0.1 ? this.#random.pick([-1, 1, 5]) : 0;
      const expectedSeq = Math.max(0, this.#model.records(stream).length + offBy);
      const count = 1 + this.#random.int(3);
      return {
        stream,
        expectedSeq,
        records: Array.from({ length: count }, (_, i) => this.#record(expectedSeq + 1 + i)),
      };
    });
  }

  #record(seq: number): JournalRecord {
    return record(seq, this.#random.hex(1 + this.#random.int(40)), this.#random.pick(SUBJECTS));
  }

  /** Mostly the owner's epoch, sometimes an earlier one. */
  #epoch(): number {
    return this.#random.next() < 0.05 ? this.#model.epoch - 1 : this.#model.epoch;
  }

  async #read(): Promise<void> {
    const stream = this.#random.pick(STREAMS);
    const fromSeq = this.#random.int(this.#model.records(stream).length + 3);
    const options = this.#readOptions();
    const matching = this.#model.matching(stream, fromSeq, options);
    const page = await this.#journal.read(stream, fromSeq, options);
    expect(pageFault(page, matching, options), JSON.stringify({ stream, fromSeq, options })).toBeUndefined();
  }

  #readOptions(): ReadOptions {
    const chance = (): boolean => this.#random.next() < 0.3;
    return {
      ...(chance() ? { recordsMax: 1 + this.#random.int(5) } : {}),
      ...(chance() ? { bytesMax: 1 + this.#random.int(200) } : {}),
      ...(chance() ? { subject: this.#random.pick(['run-1', 'run-2', 'absent']) } : {}),
      ...(chance() ? { toSeq: 1 + this.#random.int(20) } : {}),
    };
  }

  async #list(): Promise<void> {
    const after = this.#random.pick(['', ...STREAMS, 'm']);
    const streamsMax = 1 + this.#random.int(4);
    const expected = this.#model.list(after, streamsMax);
    expect(await this.#journal.list(after, streamsMax)).toEqual(expected);
  }

  #saveSnapshot(): Promise<void> {
    const stream = this.#random.pick(STREAMS);
    const lastSeq = this.#model.records(stream).length;
    if (lastSeq === 0) return this.#loadSnapshot();
    const seq = 1 + this.#random.int(lastSeq);
    const epoch = this.#epoch();
    const expectation = this.#model.saveSnapshot(epoch, stream, seq);
    const call = this.#journal.saveSnapshot(epoch, stream, { seq, state: Buffer.from(`state of ${stream} at ${seq}`) });
    return this.#settle(call, expectation);
  }

  async #loadSnapshot(): Promise<void> {
    const stream = this.#random.pick(STREAMS);
    const seq = this.#model.snapshots.get(stream);
    const found = await this.#journal.loadSnapshot(stream);
    const text = found === undefined ? undefined : Buffer.from(found.state).toString();
    expect(found?.seq).toBe(seq);
    expect(text).toBe(seq === undefined ? undefined : `state of ${stream} at ${seq}`);
  }

  async #settle(call: Promise<unknown>, expectation: Expectation): Promise<void> {
    if ('refused' in expectation) await expectRefused(call, expectation.refused);
    else await call;
  }
}
