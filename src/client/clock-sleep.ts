import type { Clock } from '../ports/clock.js';
import { later } from '../vocabulary/instant.js';

/** Resolves after `ms` by the clock; rejects with the signal's reason when it is aborted before. */
export function clockSleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.at(later(clock.now(), ms), () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
