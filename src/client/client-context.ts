import type { KernelChannel } from '../contract/kernel-channel.js';
import type { Clock, Random } from '../ports/clock.js';
import { systemClock } from '../ports/system-clock.js';
import { systemRandom } from '../ports/system-random.js';
import type { ReconnectPolicy } from './cut-recovery.js';

/** What a client is made from besides its channel. */
export interface ClientOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. Gives jitter and idempotency keys. */
  readonly random?: Random;
  /** How streams come back after a cut; absent members take the defaults. */
  readonly reconnect?: Partial<ReconnectPolicy>;
}

/** What every part of a client works with. */
export interface ClientContext {
  readonly channel: KernelChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly reconnect: ReconnectPolicy;
}

/** 50 ms hide the restart of a stream; 2 s keep a thousand waiting clients cheap; 5 min outlast a kernel's restart. */
export const RECONNECT_DEFAULT: ReconnectPolicy = {
  backoff: { firstMs: 50, factor: 2, maxMs: 2_000 },
  limitMs: 300_000,
};

export function clientContext(channel: KernelChannel, options: ClientOptions): ClientContext {
  return {
    channel,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    reconnect: { ...RECONNECT_DEFAULT, ...options.reconnect },
  };
}

/** A number from 0 up to 1, for jitter. */
export function jitter01(random: Random): number {
  return Number.parseInt(random.hex(4), 16) / 2 ** 32;
}
