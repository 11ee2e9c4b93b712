import type { ContextItem } from '../machines/region/state.js';

/** Output of work in progress: given to those who watch, and to nobody later. */
export interface RunProgress {
  readonly callId: string;
  readonly content: ContextItem;
  readonly timeMs: number;
}

/** What one watcher keeps at most; the oldest go first, since newer output is worth more. */
const KEPT_MAX = 256;

/** One watcher's share of the progress of a run. */
export class ProgressTap {
  #items: RunProgress[] = [];
  #ring: () => void = () => {};

  push(item: RunProgress): void {
    this.#items.push(item);
    if (this.#items.length > KEPT_MAX) this.#items.shift();
    this.#ring();
  }

  /** Calls back at each new item, until the next call. */
  onPush(ring: () => void): void {
    this.#ring = ring;
  }

  take(): RunProgress[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  get size(): number {
    return this.#items.length;
  }
}

/** Brings progress from handlers to watchers. Volatile: not journaled, not replayed. */
export class ProgressHub {
  readonly #taps = new Map<string, Set<ProgressTap>>();

  open(runId: string): ProgressTap {
    const tap = new ProgressTap();
    const taps = this.#taps.get(runId) ?? new Set();
    this.#taps.set(runId, taps.add(tap));
    return tap;
  }

  close(runId: string, tap: ProgressTap): void {
    const taps = this.#taps.get(runId);
    taps?.delete(tap);
    if (taps?.size === 0) this.#taps.delete(runId);
  }

  publish(runId: string, item: RunProgress): void {
    for (const tap of this.#taps.get(runId) ?? []) tap.push(item);
  }
}
