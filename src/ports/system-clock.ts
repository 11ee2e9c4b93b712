import { type Instant, instant } from '../vocabulary/instant.js';
import type { Clock, Timer } from './clock.js';

/** Node keeps a timeout in 32 signed bits and fires at once beyond; a longer wait is cut into pieces of this size. */
const SLEEP_MS_MAX = 0x3fff_ffff;

/**
 * The system's clock and timers. Honours "never early" although Node's timers fire up to half a millisecond before
 * their time, and although the wall clock may be set back: the clock is read again before the callback runs.
 */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  at: (at: Instant, callback: () => void): Timer => new SystemTimer(at, callback),
};

class SystemTimer implements Timer {
  readonly #at: Instant;
  readonly #callback: () => void;
  #handle: NodeJS.Timeout;

  constructor(at: Instant, callback: () => void) {
    this.#at = at;
    this.#callback = callback;
    this.#handle = this.#sleep();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #sleep(): NodeJS.Timeout {
    const delayMs = Math.min(Math.max(this.#at - Date.now(), 0), SLEEP_MS_MAX);
    return setTimeout(() => this.#wake(), delayMs);
  }

  #wake(): void {
    if (Date.now() < this.#at) this.#handle = this.#sleep();
    else this.#callback();
  }
}
