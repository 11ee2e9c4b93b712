import type { Instant } from '../vocabulary/instant.js';

/** A timer that was set; cancelling a timer that fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as shells see it. Production reads the system's; tests move a virtual one. */
export interface Clock {
  now(): Instant;
  /** Calls back once, at `at` or later, never earlier; an instant in the past calls back soon, not at once. */
  at(at: Instant, callback: () => void): Timer;
}

/** Randomness as shells see it. */
export interface Random {
  /** `bytes` random bytes (1 to 1024) as lower-case hex. */
  hex(bytes: number): string;
}
