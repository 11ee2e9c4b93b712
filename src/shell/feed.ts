import type { CommittedEvent } from './record-codec.js';

/** What a feed keeps in memory of a region's newest events. */
export interface FeedLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** A window on the journal: older events are read from there. */
export const DURABLE_FEED: FeedLimits = { eventsMax: 4_096, bytesMax: 4 * 1024 * 1024 };
/** All the history that there is: older events are gone, and those who watch are told of the gap. */
export const VOLATILE_FEED: FeedLimits = { eventsMax: 65_536, bytesMax: 16 * 1024 * 1024 };

/**
 * A region's newest committed events, in order, and a bell that rings when there are more.
 * Everyone who watches has a cursor of its own and pulls: however slow, nobody makes the kernel keep more.
 */
export class Feed {
  readonly #limits: FeedLimits;
  #events: CommittedEvent[] = [];
  /** Events of `#events` that have left: removed in bulk, since taking one from an array's front copies the rest. */
  #left = 0;
  #bytes = 0;
  #nextSeq: number;
  #waiting: Set<() => void> | undefined;

  constructor(lastSeq: number, limits: FeedLimits) {
    this.#nextSeq = lastSeq + 1;
    this.#limits = limits;
  }

  /** Sequence number of the oldest event that is still here; of the next one when there is none. */
  get firstSeq(): number {
    return this.#nextSeq - (this.#events.length - this.#left);
  }

  /** Sequence number of the next event. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  push(events: readonly CommittedEvent[]): void {
    // The first ones in a list of their size: most of many sessions have no others.
    if (this.#events.length === 0) this.#events = events.slice();
    else for (const event of events) this.#events.push(event);
    for (const event of events) this.#bytes += event.json.length;
    this.#nextSeq += events.length;
    this.#trim();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) for (const wake of waiting) wake();
  }

  /** Events from a sequence number that is still here, at most `max` of them. */
  slice(fromSeq: number, max: number): CommittedEvent[] {
    const start = this.#left + (fromSeq - this.firstSeq);
    return this.#events.slice(start, start + max);
  }

  /** Resolves when there is an event at `seq`, or when the signal is aborted, whichever is first. */
  reached(seq: number, signal: AbortSignal): Promise<void> {
    if (seq < this.#nextSeq || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting?.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting ??= new Set();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #trim(): void {
    const { eventsMax, bytesMax } = this.#limits;
    while (this.#events.length - this.#left > eventsMax || this.#bytes > bytesMax) {
      const oldest = this.#events[this.#left];
      if (oldest === undefined) break;
      this.#bytes -= oldest.json.length;
      this.#left += 1;
    }
    if (this.#left < 1_024 && this.#left < this.#events.length) return;
    this.#events = this.#events.slice(this.#left);
    this.#left = 0;
  }
}
