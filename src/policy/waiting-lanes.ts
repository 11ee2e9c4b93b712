import { type CallPolicy, earliest, type Instant } from 'tau-core';
import { type Limits, laneKey, WaitingLane } from './waiting-lane.js';

/** All calls that wait, and which of them may go first. */
export class WaitingLanes {
  readonly #lanes = new Map<string, WaitingLane>();
  readonly #laneOf = new Map<string, WaitingLane>();
  /** By limit: the lanes that want it. */
  readonly #wanting = new Map<object, Set<WaitingLane>>();
  #arrivals = 0;

  get size(): number {
    return this.#laneOf.size;
  }

  laneOf(ticket: string): WaitingLane | undefined {
    return this.#laneOf.get(ticket);
  }

  isWaitedFor(limit: object): boolean {
    return this.#wanting.has(limit);
  }

  /** How many wait for a limit. */
  waitingFor(limit: object | undefined): number {
    let count = 0;
    for (const lane of this.lanesWanting(limit)) count += lane.size;
    return count;
  }

  lanesWanting(limit: object | undefined): readonly WaitingLane[] {
    return limit === undefined ? [] : [...(this.#wanting.get(limit) ?? [])];
  }

  join(ticket: string, policy: CallPolicy, limits: Limits): WaitingLane {
    const key = laneKey(policy);
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new WaitingLane(key, limits);
      this.#lanes.set(key, lane);
      for (const limit of lane.wants) this.#wanting.set(limit, (this.#wanting.get(limit) ?? new Set()).add(lane));
    }
    this.#arrivals += 1;
    lane.add(ticket, this.#arrivals);
    this.#laneOf.set(ticket, lane);
    return lane;
  }

  leave(lane: WaitingLane, ticket: string): void {
    lane.remove(ticket);
    this.#laneOf.delete(ticket);
    if (lane.size > 0) return;
    this.#lanes.delete(lane.key);
    for (const limit of lane.wants) {
      const lanes = this.#wanting.get(limit);
      lanes?.delete(lane);
      if (lanes?.size === 0) this.#wanting.delete(limit);
    }
  }

  /** Limits whose time to be looked at has come. */
  ripe(now: Instant): readonly object[] {
    const ripe: object[] = [];
    for (const { wakeAt, limits } of this.#lanes.values()) {
      if (wakeAt !== undefined && wakeAt <= now && limits.rate !== undefined) ripe.push(limits.rate);
    }
    return ripe;
  }

  nextWake(): Instant | undefined {
    let next: Instant | undefined;
    for (const { wakeAt } of this.#lanes.values()) next = earliest(next, wakeAt);
    return next;
  }

  /**
   * The lane whose first ticket may go before all others, among those that these limits concern, directly or by way of what
   * they compete for with others. Each that may not go yet learns when time may let it.
   */
  nextToGo(limits: Iterable<object>, now: Instant): WaitingLane | undefined {
    const kept = new Map<object, number>();
    for (const lane of this.#concerned(limits)) {
      const { rate, bulkhead } = lane.limits;
      lane.wakeAt = undefined;
      const taken = bulkhead === undefined ? 0 : bulkhead.inFlight + (kept.get(bulkhead) ?? 0);
      if (bulkhead !== undefined && taken >= bulkhead.max) continue;
      const freeAt = rate?.freeAt(now) ?? now;
      if (freeAt <= now) return lane;
      lane.wakeAt = freeAt;
      if (bulkhead !== undefined) kept.set(bulkhead, (kept.get(bulkhead) ?? 0) + 1);
    }
    return undefined;
  }

  /** In the order of arrival of their first tickets. */
  #concerned(limits: Iterable<object>): readonly WaitingLane[] {
    const seen = new Set<object>(limits);
    const lanes = new Set<WaitingLane>();
    // A Set that grows while it is gone through is gone through to its end.
    for (const limit of seen) {
      for (const lane of this.#wanting.get(limit) ?? []) {
        lanes.add(lane);
        for (const other of lane.wants) seen.add(other);
      }
    }
    return [...lanes].sort((a, b) => a.firstArrival - b.firstArrival);
  }
}
