import type { CallPolicy, Instant } from 'tau-core';
import type { Circuit } from './circuit.js';
import type { RateWindow } from './rate-window.js';

/** How many calls are in flight, and how many wait. */
export interface Bulkhead {
  max: number;
  waitingMax: number;
  inFlight: number;
}

/** What a call has to pass: an absent one does not bound it. */
export interface Limits {
  readonly rate?: RateWindow;
  readonly bulkhead?: Bulkhead;
  readonly circuit?: Circuit;
}

/**
 * Calls that wait and have the same limits: whatever lets one go would let any of them, so that only the first is looked at.
 */
export class WaitingLane {
  readonly key: string;
  readonly limits: Limits;
  /** The limits that it competes for with other lanes. */
  readonly wants: readonly object[];
  /** When time may let the first go; undefined while it waits for something else. */
  wakeAt: Instant | undefined;
  /** Ticket to number of arrival, in order. */
  readonly #arrivals = new Map<string, number>();

  constructor(key: string, limits: Limits) {
    this.key = key;
    this.limits = limits;
    this.wants = [limits.rate, limits.bulkhead, limits.circuit].filter((limit) => limit !== undefined);
  }

  get size(): number {
    return this.#arrivals.size;
  }

  /** The ticket that came first. */
  get first(): string | undefined {
    return this.#arrivals.keys().next().value;
  }

  /** When it came, as a number among all arrivals; infinite when nobody waits. */
  get firstArrival(): number {
    return this.#arrivals.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  get tickets(): readonly string[] {
    return [...this.#arrivals.keys()];
  }

  add(ticket: string, arrival: number): void {
    this.#arrivals.set(ticket, arrival);
  }

  remove(ticket: string): void {
    this.#arrivals.delete(ticket);
  }
}

/** Names the lane of a policy. */
export function laneKey({ rate, bulkhead, breaker }: CallPolicy): string {
  return JSON.stringify([rate?.key ?? null, bulkhead?.key ?? null, breaker?.key ?? null]);
}
