import { tauError } from 'tau-core';
import type { Publish } from '../receiver/publish.js';

/** Bytes of events that the kernel has not acknowledged. */
export const UNACKNOWLEDGED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Refuses events beyond a bound of what is unacknowledged. While the kernel is away, deliveries are answered 503 after
 * their deadline, but their events still wait to be published: without a bound they would fill the memory.
 *
 * @throws TauError QUEUE_FULL beyond the bound; nothing was published.
 */
export function boundedPublish(publish: Publish, bytesMax: number = UNACKNOWLEDGED_BYTES_MAX): Publish {
  let bytes = 0;
  return async (sessionId, event) => {
    // A bound of what the text takes in memory, known without counting.
    const size = event.data.length * 2;
    if (bytes + size > bytesMax && bytes > 0) {
      throw tauError('QUEUE_FULL', `${bytes} bytes of events wait for the kernel to acknowledge them; is it running?`);
    }
    bytes += size;
    try {
      return await publish(sessionId, event);
    } finally {
      bytes -= size;
    }
  };
}
