import type { Json } from 'tau-core';
import { deltaOf } from './json-delta.js';
import type { RunHeader, RunStatus } from './run-header.js';
import { type FramedSnapshot, parentFrame, type Snapshot } from './run-reader.js';
import { encodeRecord, type RunRecord } from './run-record.js';
import type { RunStore, StoredFrame, StoredRecord } from './store/run-store.js';

/** Writes one run: its records in order, and frames where they are due. Does not own when a group is written. */
export class RunJournal {
  readonly #store: RunStore;
  readonly #header: RunHeader;
  /** The frames that the next ones are differences to: their numbers are prefixes of each other, in bits. */
  readonly #frames: FramedSnapshot[];
  #lastSeq: number;
  #isMade: boolean;
  #records: StoredRecord[] = [];
  #newFrames: StoredFrame[] = [];
  #definition: { readonly key: string; readonly text: string } | undefined;
  #status: RunStatus;
  #isStatusNew = false;

  constructor(
    store: RunStore,
    at: { header: RunHeader; frames: readonly FramedSnapshot[]; lastSeq: number; status: RunStatus; isMade: boolean },
  ) {
    this.#store = store;
    this.#header = at.header;
    this.#frames = [...at.frames];
    this.#lastSeq = at.lastSeq;
    this.#status = at.status;
    this.#isMade = at.isMade;
  }

  get status(): RunStatus {
    return this.#status;
  }

  set status(status: RunStatus) {
    this.#status = status;
    this.#isStatusNew = true;
  }

  /** Keeps a definition with the next group. */
  define(version: string, definition: unknown): void {
    this.#definition = { key: version, text: JSON.stringify(definition) };
  }

  /** Adds to the group. `snapshot` is asked for what the run is after the record, where a frame is due. */
  add(record: RunRecord, snapshot: () => Snapshot): void {
    const { seq } = record;
    this.#records.push({ seq, text: encodeRecord(record) });
    if (seq % this.#header.frameEvery === 0) this.#addFrame(seq, snapshot());
  }

  /** Writes the group; undefined when it is durable at once. */
  write(): Promise<void> | undefined {
    const pending = this.#store.append({
      runId: this.#header.runId,
      expectedSeq: this.#lastSeq,
      records: this.#records,
      frames: this.#newFrames,
      ...(!this.#isMade && { header: JSON.stringify(this.#header) }),
      ...(this.#definition !== undefined && { definition: this.#definition }),
      ...(this.#isStatusNew && { status: JSON.stringify(this.#status) }),
    });
    this.#lastSeq += this.#records.length;
    this.#records = [];
    this.#newFrames = [];
    this.#definition = undefined;
    this.#isMade = true;
    this.#isStatusNew = false;
    return pending;
  }

  #addFrame(seq: number, snapshot: Snapshot): void {
    const index = seq / this.#header.frameEvery;
    const parent = parentFrame(index);
    while ((this.#frames.at(-1)?.index ?? 0) > parent) this.#frames.pop();
    const before = this.#frames.at(-1)?.snapshot as unknown as Json;
    const delta = deltaOf(before, snapshot as unknown as Json) ?? { m: {} };
    this.#newFrames.push({ seq, text: JSON.stringify(delta) });
    this.#frames.push({ index, snapshot });
  }
}
