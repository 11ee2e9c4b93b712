import { type Backoff, backoffDelayMs } from '../vocabulary/backoff.js';
import type { Instant } from '../vocabulary/instant.js';
import { type TauError, tauError } from '../vocabulary/tau-error.js';

/** How a stream comes back after a cut. */
export interface ReconnectPolicy {
  readonly backoff: Backoff;
  /** How long a kernel may stay away before the stream fails with UNREACHABLE, in milliseconds. */
  readonly limitMs: number;
}

/** What to do about a cut: wait so long and open the stream again, or give it up. */
export type CutDecision =
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'giveUp'; readonly error: TauError };

/**
 * Decides when a cut stream is opened again. Told everything: it has no clock, no timer and no randomness.
 *
 * 1. A wait grows with each try that brought nothing, and starts anew once something came.
 * 2. A kernel that answers at all has come back: the limit counts only the time in which none did.
 * 3. Errors that will not pass by waiting are given up at once, as they are.
 */
export class CutRecovery {
  readonly #policy: ReconnectPolicy;
  #failures = 0;
  #awaySince: Instant | undefined;

  constructor(policy: ReconnectPolicy) {
    this.#policy = policy;
  }

  /** The kernel answered, if only a question. */
  answered(): void {
    this.#awaySince = undefined;
  }

  /** The stream brought something. */
  delivered(): void {
    this.#failures = 0;
    this.#awaySince = undefined;
  }

  /** The stream ended before its time: with an error, or without one when its server simply stopped. */
  cut(error: TauError | undefined, now: Instant, jitter: number): CutDecision {
    if (error !== undefined && !error.data.retryable) return { kind: 'giveUp', error };
    this.#awaySince ??= now;
    if (now - this.#awaySince >= this.#policy.limitMs) return { kind: 'giveUp', error: this.#awayTooLong(error) };
    this.#failures += 1;
    const backoffMs = backoffDelayMs(this.#failures, this.#policy.backoff, jitter);
    return { kind: 'wait', delayMs: Math.max(backoffMs, error?.data.retryAfterMs ?? 0) };
  }

  #awayTooLong(error: TauError | undefined): TauError {
    const why = error?.message ?? 'it ended the stream before its end';
    return tauError('UNREACHABLE', `the kernel did not come back within ${this.#policy.limitMs} ms: ${why}`, {
      retryable: false,
      ...(error === undefined ? {} : { cause: error.data }),
    });
  }
}
