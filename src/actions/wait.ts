import { type Clock, later } from 'tau-core';
import { action, type Capability } from 'tau-core/extension';
import { z } from 'zod';

const WAIT_MS_MAX = 3_600_000;

/** `local/wait@v1`: ends after `ms` milliseconds, or at once when it is cancelled. For trying deadlines and cancels. */
export function waitAction(clock: Clock): Capability {
  const input = z.object({ ms: z.coerce.number().int().min(0).max(WAIT_MS_MAX) });
  return action('local/wait@v1', { description: 'Waits `ms` milliseconds', input }, ({ ms }, { signal }) => {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw signal.reason;
      const stop = (): void => {
        timer.cancel();
        reject(signal.reason);
      };
      const timer = clock.at(later(clock.now(), ms), () => {
        signal.removeEventListener('abort', stop);
        resolve({ waitedMs: ms });
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  });
}
