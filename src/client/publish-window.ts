import type * as kernelv1 from '../contract/kernel-v1.js';

/** An event on its way: what is sent, and who waits for the answer. */
export interface PublishEntry {
  readonly request: kernelv1.PublishEventRequest;
  /** A bound of its size on the wire. */
  readonly bytes: number;
  readonly resolve: (receipt: kernelv1.PublishEventResponse) => void;
  readonly reject: (error: Error) => void;
}

/** Bounds of what is sent and of what is sent at once. */
export interface PublishWindowLimits {
  /** Events that are sent and not acknowledged. */
  readonly itemsMax: number;
  /** Bytes of these. */
  readonly bytesMax: number;
  readonly batchItemsMax: number;
  readonly batchBytesMax: number;
}

/** Freed places at the front are given back in one go, so that taking one costs nothing. */
const COMPACT_AT = 1_024;

/**
 * The line of a publisher, in the order of publishing: first what is sent and not acknowledged, then what waits.
 *
 * 1. Answers belong to entries in the order in which these were sent.
 * 2. What is sent and unacknowledged stays within the limits; a single entry above the bytes is sent alone.
 * 3. After a cut, `rewind` makes everything unacknowledged wait again, in the same order.
 */
export class PublishWindow {
  readonly #limits: PublishWindowLimits;
  #entries: (PublishEntry | undefined)[] = [];
  /** Of `#entries`: the first that is not acknowledged, and the first that is not sent. */
  #head = 0;
  #unsent = 0;
  #bytesInFlight = 0;

  constructor(limits: PublishWindowLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get inFlight(): number {
    return this.#unsent - this.#head;
  }

  get waiting(): number {
    return this.#entries.length - this.#unsent;
  }

  push(entry: PublishEntry): void {
    this.#entries.push(entry);
  }

  /** The next batch to send, now in flight; empty when nothing waits or the window is full. */
  take(): kernelv1.PublishEventRequest[] {
    const { itemsMax, bytesMax, batchItemsMax, batchBytesMax } = this.#limits;
    const batch: kernelv1.PublishEventRequest[] = [];
    const countMax = Math.min(batchItemsMax, itemsMax - this.inFlight);
    let batchBytes = 0;
    while (batch.length < countMax) {
      const entry = this.#entries[this.#unsent];
      if (entry === undefined) break;
      if (batch.length > 0 && batchBytes + entry.bytes > batchBytesMax) break;
      if (this.inFlight > 0 && this.#bytesInFlight + entry.bytes > bytesMax) break;
      batch.push(entry.request);
      batchBytes += entry.bytes;
      this.#bytesInFlight += entry.bytes;
      this.#unsent += 1;
    }
    return batch;
  }

  /** Takes out the entry that the next answer belongs to; undefined when nothing is in flight. */
  acknowledge(): PublishEntry | undefined {
    if (this.inFlight === 0) return undefined;
    const entry = this.#entries[this.#head] as PublishEntry;
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    this.#bytesInFlight -= entry.bytes;
    if (this.#head >= COMPACT_AT) this.#compact();
    return entry;
  }

  rewind(): void {
    this.#unsent = this.#head;
    this.#bytesInFlight = 0;
  }

  /** Empties the line and gives what was in it. */
  takeAll(): readonly PublishEntry[] {
    const rest = this.#entries.slice(this.#head) as PublishEntry[];
    this.#entries = [];
    this.#head = 0;
    this.#unsent = 0;
    this.#bytesInFlight = 0;
    return rest;
  }

  #compact(): void {
    this.#entries.splice(0, this.#head);
    this.#unsent -= this.#head;
    this.#head = 0;
  }
}
