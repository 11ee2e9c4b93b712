import { randomBytes } from 'node:crypto';
import type { Random } from './clock.js';

/** The operating system's cryptographic randomness. */
export const systemRandom: Random = {
  hex: (bytes: number): string => randomBytes(bytes).toString('hex'),
};
