/** How long to wait between tries: `firstMs`, then `factor` times more each time, up to `maxMs`. */
export interface Backoff {
  /** At least 0. */
  readonly firstMs: number;
  /** At least 1. */
  readonly factor: number;
  /** No wait is longer, jitter included. */
  readonly maxMs: number;
}

/**
 * The wait before try `attempt + 1`, in whole milliseconds, where `attempt` counts the tries that failed: 1, 2, ...
 *
 * Half of the wait is fixed and half is scaled by `jitter01`, a number from 0 to 1: 1 gives the full wait, 0 half of it.
 * Clients that lost the same kernel together so come back apart, and none of them at once.
 */
export function backoffDelayMs(attempt: number, backoff: Backoff, jitter01: number): number {
  const exponent = Math.max(0, attempt - 1);
  // The exponent is bounded so that factor ** exponent stays finite: 0 * Infinity would be no number.
  const grown = backoff.firstMs * backoff.factor ** Math.min(exponent, EXPONENT_MAX);
  const full = Math.min(grown, backoff.maxMs);
  return Math.round(full * (0.5 + 0.5 * Math.min(1, Math.max(0, jitter01))));
}

/** 2 ** 64 first waits are longer than any `maxMs`; larger factors reach it sooner. */
const EXPONENT_MAX = 64;
