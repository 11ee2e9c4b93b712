import type { WorkRef } from './state.js';

/** Remembers at least the last `max` refs, in two generations. */
export class RecentRefs {
  readonly #max: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  add(ref: WorkRef): void {
    if (this.#young.size >= this.#max) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(keyOf(ref));
  }

  has(ref: WorkRef): boolean {
    const key = keyOf(ref);
    return this.#young.has(key) || this.#old.has(key);
  }
}

function keyOf(ref: WorkRef): string {
  return `${ref.workId}#${ref.attempt}#${ref.fence}`;
}
