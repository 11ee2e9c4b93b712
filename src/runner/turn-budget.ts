/** How many groups of inputs runs decide before timers and sockets have their turn: some milliseconds' worth. */
const GROUPS_MAX = 2_000;

/** Who waits for the next turn. */
export interface TurnTaker {
  resume(): void;
}

/**
 * Keeps runs whose handlers answer at once from holding the event loop for ever: promises that are settled already would
 * otherwise come before everything else that the process has to do.
 */
export class TurnBudget {
  #left = GROUPS_MAX;
  #isCounting = false;
  #waiting: TurnTaker[] = [];

  /** False when this turn has had enough: the taker is resumed in the next one. */
  take(taker: TurnTaker): boolean {
    if (!this.#isCounting) {
      this.#isCounting = true;
      setImmediate(this.#renew);
    }
    if (this.#left > 0) {
      this.#left -= 1;
      return true;
    }
    this.#waiting.push(taker);
    return false;
  }

  readonly #renew = (): void => {
    this.#left = GROUPS_MAX;
    this.#isCounting = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const taker of waiting) taker.resume();
  };
}

/** A process has one event loop, whatever runs share it. */
export const PROCESS_TURN = new TurnBudget();
