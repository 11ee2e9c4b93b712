/**
 * Tells one after another: what comes while somebody is told waits for its turn. Runs that pass something on to each other at once,
 * such as a lock, would otherwise each be told within the one before, until the stack is full.
 */
export class Telling {
  #waiting: (() => void)[] = [];
  #isTelling = false;

  add(tell: () => void): void {
    this.#waiting.push(tell);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      while (this.#waiting.length > 0) {
        const now = this.#waiting;
        this.#waiting = [];
        for (const next of now) next();
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
