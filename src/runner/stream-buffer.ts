import type { StreamItem } from './stream-item.js';

/** How much a stream keeps for a watcher that is slower than the run. */
export interface StreamBounds {
  /** Items beside `custom` ones. */
  readonly itemsMax: number;
  readonly customMax: number;
  /** Of `custom` items together. */
  readonly customBytesMax: number;
  /** Whether the watcher is told what it has missed. */
  readonly hasGaps: boolean;
}

interface Kept<Event> {
  readonly order: number;
  readonly bytes: number;
  readonly item: StreamItem<Event>;
}

/** Items of one kind, the oldest of which go when there are too many. */
class Lane<Event> {
  readonly #of: 'custom' | 'others';
  readonly #itemsMax: number;
  readonly #bytesMax: number;
  #kept: Kept<Event>[] = [];
  #first = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(of: 'custom' | 'others', itemsMax: number, bytesMax: number) {
    this.#of = of;
    this.#itemsMax = itemsMax;
    this.#bytesMax = bytesMax;
  }

  get nextOrder(): number {
    return this.#kept[this.#first]?.order ?? Number.POSITIVE_INFINITY;
  }

  push(kept: Kept<Event>): void {
    this.#kept.push(kept);
    this.#bytes += kept.bytes;
    while (this.#kept.length - this.#first > this.#itemsMax || this.#bytes > this.#bytesMax) {
      this.#leave();
      this.#dropped += 1;
    }
  }

  /** The gap before the next item, if they are shown, then the item. */
  take(hasGaps: boolean): StreamItem<Event> | undefined {
    if (this.#dropped === 0 || !hasGaps) return this.#leave()?.item;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { mode: 'gap', of: this.#of, dropped };
  }

  #leave(): Kept<Event> | undefined {
    const kept = this.#kept[this.#first];
    if (kept === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= kept.bytes;
    // What was taken goes in one piece: removing the first of a long list each time would move all the others.
    if (this.#first > 1_000 && this.#first * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
    return kept;
  }
}

/**
 * What one watcher has yet to see. Bounded: what it is too slow for goes, oldest first, and a gap says how much, to who asks for gaps. Custom items have
 * bounds of their own, so that a handler that floods hides nothing else.
 */
export class StreamBuffer<Event> implements AsyncIterableIterator<StreamItem<Event>> {
  readonly #others: Lane<Event>;
  readonly #custom: Lane<Event>;
  readonly #hasGaps: boolean;
  readonly #onClosed: () => void;
  #order = 0;
  #hasEnded = false;
  #failure: { readonly thrown: unknown } | undefined;
  #readers: {
    resolve: (result: IteratorResult<StreamItem<Event>>) => void;
    reject: (thrown: unknown) => void;
  }[] = [];

  constructor(bounds: StreamBounds, onClosed: () => void) {
    this.#others = new Lane('others', bounds.itemsMax, Number.POSITIVE_INFINITY);
    this.#custom = new Lane('custom', bounds.customMax, bounds.customBytesMax);
    this.#hasGaps = bounds.hasGaps;
    this.#onClosed = onClosed;
  }

  push(item: StreamItem<Event>, bytes = 0): void {
    if (this.#hasEnded) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader.resolve({ done: false, value: item });
    this.#order += 1;
    (item.mode === 'custom' ? this.#custom : this.#others).push({ order: this.#order, bytes, item });
  }

  /** What is there is still read; then the stream ends, or fails. */
  end(failure?: { readonly thrown: unknown }): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#failure = failure;
    for (const { resolve, reject } of this.#readers) {
      if (failure === undefined) resolve({ done: true, value: undefined });
      else reject(failure.thrown);
    }
    this.#readers = [];
  }

  next(): Promise<IteratorResult<StreamItem<Event>>> {
    const lane = this.#custom.nextOrder < this.#others.nextOrder ? this.#custom : this.#others;
    const value = lane.take(this.#hasGaps);
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#failure !== undefined) return Promise.reject(this.#failure.thrown);
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<StreamItem<Event>>> {
    this.end();
    this.#onClosed();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
