import { randomFillSync } from 'node:crypto';
import type { Random } from './clock.js';

/** Drawn from the system at once: a system call for each id would cost more than the rest of making it. */
const POOL_BYTES = 8_192;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** The operating system's cryptographic randomness. */
export const systemRandom: Random = {
  hex: (bytes: number): string => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  },
};
