/** How many groups of inputs runs decide before timers and sockets have their turn: some milliseconds' worth. */
const GROUPS_MAX = 2_000;

/**
 * Keeps runs whose handlers answer at once from holding the event loop for ever: promises that are settled already would
 * otherwise come before everything else that the process has to do.
 */
export class TurnBudget {
  #left = GROUPS_MAX;
  #isCounting = false;
  #waiting: (() => void)[] = [];

  /** False when this turn has had enough: `resume` is then called in the next one. */
  take(resume: () => void): boolean {
    if (!this.#isCounting) {
      this.#isCounting = true;
      setImmediate(() => this.#renew());
    }
    if (this.#left > 0) {
      this.#left -= 1;
      return true;
    }
    this.#waiting.push(resume);
    return false;
  }

  #renew(): void {
    this.#left = GROUPS_MAX;
    this.#isCounting = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
