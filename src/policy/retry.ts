import { backoffDelayMs, type ErrorData, type Instant, later, type RetryPolicy, tauError } from 'tau-core';
import { ACTION_RETRY } from '../workflow/action-retry.js';

/** A failure is the outcome. */
export const NO_RETRY: RetryPolicy = { attemptsMax: 1, firstDelayMs: 0, factor: 1, delayMaxMs: 0 };

/** For services over the network: five attempts, after 1, 2, 4 and 8 seconds. Steps of workflows have it by themselves. */
export const SERVICE_RETRY: RetryPolicy = ACTION_RETRY;

/** Numbers of `exponentialRetry`. */
export interface ExponentialOptions {
  /** In all, the first included; default 5. */
  readonly attemptsMax?: number;
  /** Default 1,000. */
  readonly firstDelayMs?: number;
  /** At least 1; default 2. */
  readonly factor?: number;
  /** Default 30,000. */
  readonly delayMaxMs?: number;
}

/**
 * Waits that grow by a factor up to a greatest one.
 *
 * @throws TauError INVALID_ARGUMENT for numbers that make no policy.
 */
export function exponentialRetry(options: ExponentialOptions = {}): RetryPolicy {
  const { attemptsMax = 5, firstDelayMs = 1_000, factor = 2, delayMaxMs = 30_000 } = options;
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1)
    throw invalid('attemptsMax', attemptsMax, 'a whole number from 1');
  if (!(factor >= 1 && Number.isFinite(factor))) throw invalid('factor', factor, 'a number from 1');
  for (const [name, value] of Object.entries({ firstDelayMs, delayMaxMs })) {
    if (!(value >= 0 && Number.isFinite(value))) throw invalid(name, value, 'milliseconds from 0');
  }
  return { attemptsMax, firstDelayMs, factor, delayMaxMs };
}

/**
 * The same wait between all attempts.
 *
 * @throws TauError INVALID_ARGUMENT for numbers that make no policy.
 */
export function fixedRetry(attemptsMax: number, delayMs: number): RetryPolicy {
  return exponentialRetry({ attemptsMax, firstDelayMs: delayMs, factor: 1, delayMaxMs: delayMs });
}

/** An attempt that failed. */
export interface FailedAttempt {
  /** Absent never retries. */
  readonly policy?: RetryPolicy;
  /** Attempts of the call that have failed, this one included: 1, 2, ... */
  readonly failures: number;
  readonly error: ErrorData;
  readonly now: Instant;
  /** When the call as a whole is out of time: an attempt that would begin then, or after, is not made. */
  readonly deadline?: Instant;
  /** 0 to 1, see `backoffDelayMs`: 1 waits in full, 0 half as long. */
  readonly jitter01: number;
}

/** Whether another attempt follows, and when; or why none does. */
export type RetryDecision =
  | { readonly retry: true; readonly at: Instant; readonly delayMs: number }
  | { readonly retry: false; readonly why: 'not-retryable' | 'attempts-spent' | 'out-of-time' };

/**
 * What follows on a failed attempt. Total.
 *
 * Only errors that say `retryable` are tried again. A wait that the peer asked for (`retryAfterMs`) is kept even where the
 * policy's waits are shorter, and even above its greatest one: who tries sooner is refused again, or for longer.
 *
 * All attempts of a call have one idempotency key, `<runId>/<callId>` (`workId`). It names what is to be done, not the attempt,
 * so that a provider that did it in an attempt whose answer was lost finds that it has.
 */
export function retryDecision({ policy, failures, error, now, deadline, jitter01 }: FailedAttempt): RetryDecision {
  if (!error.retryable) return { retry: false, why: 'not-retryable' };
  if (policy === undefined || failures >= policy.attemptsMax) return { retry: false, why: 'attempts-spent' };
  const { firstDelayMs: firstMs, factor, delayMaxMs: maxMs } = policy;
  // A factor may grow beyond all numbers: nothing times that is still nothing.
  const planned = firstMs > 0 ? backoffDelayMs(failures, { firstMs, factor, maxMs }, jitter01) : 0;
  const { retryAfterMs: asked = 0 } = error;
  const delayMs = Math.max(planned, Number.isNaN(asked) ? 0 : Math.ceil(asked));
  const at = later(now, delayMs);
  // A wait without an end is none: the call would never be heard of again.
  if (!Number.isSafeInteger(at) || (deadline !== undefined && at >= deadline))
    return { retry: false, why: 'out-of-time' };
  return { retry: true, at, delayMs };
}

/** A number in [0, 1) from a text (FNV-1a): spreads retries without drawing random numbers, the same at every replay. */
export function jitterOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}

function invalid(name: string, value: number, wanted: string) {
  return tauError('INVALID_ARGUMENT', `${name} of a retry policy is ${value}: use ${wanted}`);
}
