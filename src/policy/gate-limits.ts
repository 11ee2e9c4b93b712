import type { CallPolicy, Instant } from 'tau-core';
import { Circuit } from './circuit.js';
import { RateWindow } from './rate-window.js';
import type { Bulkhead, Limits } from './waiting-lane.js';

/** How many may wait for a bulkhead that does not say it, and for a rate. */
export const GATE_WAITING_MAX = 10_000;

/** The limits of all keys that are in use, or of which something is still remembered. */
export class GateLimits {
  readonly #rates = new Map<string, RateWindow>();
  readonly #bulkheads = new Map<string, Bulkhead>();
  readonly #circuits = new Map<string, Circuit>();

  /** The limits of a policy, with its numbers; `changed` are those whose numbers are new, so that others may go now. */
  of({ rate, bulkhead, breaker }: CallPolicy): { readonly limits: Limits; readonly changed: readonly object[] } {
    const changed: object[] = [];
    const limits: { -readonly [Member in keyof Limits]: Limits[Member] } = {};
    if (rate !== undefined) {
      limits.rate = known(this.#rates, rate.key, () => new RateWindow());
      if (limits.rate.configure(rate.max, rate.perMs)) changed.push(limits.rate);
    }
    if (bulkhead !== undefined) {
      limits.bulkhead = known(this.#bulkheads, bulkhead.key, () => ({ max: 0, waitingMax: 0, inFlight: 0 }));
      const max = bulkhead.max >= 1 ? Math.trunc(bulkhead.max) : 1;
      if (max !== limits.bulkhead.max) changed.push(limits.bulkhead);
      limits.bulkhead.max = max;
      limits.bulkhead.waitingMax = bulkhead.waitingMax ?? GATE_WAITING_MAX;
    }
    if (breaker !== undefined) {
      limits.circuit = known(this.#circuits, breaker.key, () => new Circuit(breaker.key));
      limits.circuit.configure(breaker.failuresMax, breaker.openMs);
    }
    return { limits, changed };
  }

  /** Looks at the key of each kind that was looked at longest ago, and forgets it if nothing is known of it and nobody waits. */
  sweep(now: Instant, isWaitedFor: (limit: object) => boolean): void {
    sweepOne(this.#rates, (rate) => rate.isIdle(now) && !isWaitedFor(rate));
    sweepOne(this.#bulkheads, (bulkhead) => bulkhead.inFlight === 0 && !isWaitedFor(bulkhead));
    sweepOne(this.#circuits, (circuit) => circuit.isIdle(now) && !isWaitedFor(circuit));
  }

  /** Keys that are known: for tests of the bound. */
  get size(): number {
    return this.#rates.size + this.#bulkheads.size + this.#circuits.size;
  }
}

/** Two of each kind are looked at for each call, so that keys are forgotten faster than new ones can come. */
const SWEPT_PER_CALL = 2;

function sweepOne<T>(limits: Map<string, T>, isIdle: (limit: T) => boolean): void {
  for (let count = 0; count < SWEPT_PER_CALL; count++) {
    const oldest = limits.entries().next().value;
    if (oldest === undefined) return;
    const [key, limit] = oldest;
    limits.delete(key);
    if (!isIdle(limit)) limits.set(key, limit);
  }
}

function known<T>(limits: Map<string, T>, key: string, make: () => T): T {
  const found = limits.get(key);
  if (found !== undefined) return found;
  const made = make();
  limits.set(key, made);
  return made;
}
