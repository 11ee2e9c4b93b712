import { type Instant, instant } from 'tau-core';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen when, in virtual time: one thing after another, those of one instant in the order of their planning. */
export class Agenda {
  #entries: Entry[] = [];
  #planned = 0;
  #now = 0;

  get now(): Instant {
    return instant(this.#now);
  }

  in(ms: number, act: () => void): void {
    this.at(this.#now + ms, act);
  }

  at(at: number, act: () => void): void {
    this.#planned += 1;
    const entry: Entry = { at: Math.max(this.#now, Math.ceil(at)), order: this.#planned, act };
    let low = 0;
    let high = this.#entries.length;
    // The next to happen is the last: taking it out moves nothing.
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#entries[middle];
      if (other !== undefined && (other.at > entry.at || (other.at === entry.at && other.order > entry.order)))
        low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
  }

  runUntil(end: number): void {
    for (let next = this.#entries.at(-1); next !== undefined && next.at <= end; next = this.#entries.at(-1)) {
      this.#entries.pop();
      this.#now = next.at;
      next.act();
    }
    this.#now = end;
  }
}
