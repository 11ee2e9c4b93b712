import type { Json } from 'tau-core';
import { deltaOf } from './json-delta.js';
import type { RunHeader, RunStatus } from './run-header.js';
import { type FramedSnapshot, parentFrame, type Snapshot } from './run-reader.js';
import { encodeRecord, type RunRecord } from './run-record.js';
import type { RunAppend, RunStore, StoredFrame, StoredRecord } from './store/run-store.js';
import { checkStored, FRAME_CHARS_MAX, GROUP_CHARS_MAX, RECORD_CHARS_MAX } from './too-large.js';

/** Many runs have one definition, which may be large: its text is made once. */
const texts = new WeakMap<object, string>();

function textOf(definition: unknown): string {
  if (typeof definition !== 'object' || definition === null) return JSON.stringify(definition);
  let text = texts.get(definition);
  if (text === undefined) {
    text = JSON.stringify(definition);
    texts.set(definition, text);
  }
  return text;
}

/** Writes one run: its records in order, and frames where they are due. Does not own when a group is written. */
export class RunJournal {
  readonly #store: RunStore;
  readonly #header: RunHeader;
  /** The frames that the next ones are differences to: their numbers are prefixes of each other, in bits. */
  readonly #frames: FramedSnapshot[];
  /** Of the definition that the run is bound to. */
  version: string;
  #lastSeq: number;
  #isMade: boolean;
  #records: StoredRecord[] = [];
  #newFrames: StoredFrame[] = [];
  #definition: { readonly key: string; readonly text: string } | undefined;
  #status: RunStatus;
  #isStatusNew = false;
  /** Of the group. */
  #chars = 0;

  constructor(
    store: RunStore,
    at: { header: RunHeader; frames: readonly FramedSnapshot[]; lastSeq: number; status: RunStatus; isMade: boolean },
  ) {
    this.#store = store;
    this.#header = at.header;
    this.version = at.header.version;
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

  /** Binds the run to a definition, which is kept with the next group. */
  define(version: string, definition: unknown): void {
    this.version = version;
    this.#definition = { key: version, text: textOf(definition) };
  }

  /** Whether the group is to be written before more is added. */
  get isFull(): boolean {
    return this.#chars >= GROUP_CHARS_MAX;
  }

  /**
   * Adds to the group. `snapshot` is asked for what the run is after the record, where a frame is due.
   *
   * @throws TauError LIMIT_EXCEEDED when the record is too long, or the state.
   */
  add(record: RunRecord, snapshot: () => Snapshot): void {
    const { seq } = record;
    const text = encodeRecord(record);
    checkStored(`record ${seq} of run ${this.#header.runId}`, text, RECORD_CHARS_MAX);
    this.#chars += text.length;
    this.#records.push({ seq, text });
    if (seq % this.#header.frameEvery === 0) this.#addFrame(seq, snapshot());
  }

  /** Writes the group; undefined when it is durable at once. `expectsMore`: see `RunAppend`. */
  write(expectsMore: boolean): Promise<void> | undefined {
    const append = {
      runId: this.#header.runId,
      expectedSeq: this.#lastSeq,
      records: this.#records,
      frames: this.#newFrames,
    };
    const isMore = !this.#isMade || this.#definition !== undefined || this.#isStatusNew;
    const whole: RunAppend = isMore ? { ...append, ...this.#more() } : append;
    const pending = this.#store.append(expectsMore ? { ...whole, expectsMore } : whole);
    this.#lastSeq += this.#records.length;
    this.#records = [];
    this.#newFrames = [];
    this.#definition = undefined;
    this.#isMade = true;
    this.#isStatusNew = false;
    this.#chars = 0;
    return pending;
  }

  /** What a group has beside records now and then. */
  #more(): Pick<RunAppend, 'header' | 'definition' | 'status'> {
    return {
      ...(!this.#isMade && { header: JSON.stringify(this.#header) }),
      ...(this.#definition !== undefined && { definition: this.#definition }),
      ...(this.#isStatusNew && { status: JSON.stringify(this.#status) }),
    };
  }

  #addFrame(seq: number, snapshot: Snapshot): void {
    const index = seq / this.#header.frameEvery;
    const parent = parentFrame(index);
    while ((this.#frames.at(-1)?.index ?? 0) > parent) this.#frames.pop();
    const before = this.#frames.at(-1)?.snapshot as unknown as Json;
    const delta = deltaOf(before, snapshot as unknown as Json) ?? { m: {} };
    const text = JSON.stringify(delta);
    checkStored(`the state of run ${this.#header.runId}`, text, FRAME_CHARS_MAX);
    this.#chars += text.length;
    this.#newFrames.push({ seq, text });
    this.#frames.push({ index, snapshot });
  }
}
