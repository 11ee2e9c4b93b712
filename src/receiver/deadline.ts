import type { Clock, Instant } from 'tau-core';

/** What a deadline left of a promise: its value, or nothing in time. */
export type Timed<Value> = { readonly inTime: true; readonly value: Value } | { readonly inTime: false };

/**
 * Waits for a promise until an instant and no longer. The promise itself goes on; what it comes to after that,
 * an error included, is nobody's business any more.
 */
export function until<Value>(promise: Promise<Value>, at: Instant, clock: Clock): Promise<Timed<Value>> {
  return new Promise((resolve, reject) => {
    const timer = clock.at(at, () => resolve({ inTime: false }));
    promise.then(
      (value) => {
        timer.cancel();
        resolve({ inTime: true, value });
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}
