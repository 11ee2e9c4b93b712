import { type CallPolicy, type ErrorData, errorData, type Instant, type Outcome } from 'tau-core';
import type { Circuit, CircuitPass } from './circuit.js';
import { GATE_WAITING_MAX, GateLimits } from './gate-limits.js';
import type { Limits, WaitingLane } from './waiting-lane.js';
import { WaitingLanes } from './waiting-lanes.js';

/** What a call may do now. One that has to wait is told of by a later `GateRelease`. */
export type GateVerdict = { kind: 'go' } | { kind: 'wait' } | { kind: 'refused'; error: ErrorData };

/** A call that waited, and waits no longer. */
export interface GateRelease {
  readonly ticket: string;
  readonly verdict: Exclude<GateVerdict, { kind: 'wait' }>;
}

/**
 * Enforces the policies of calls (`CallPolicy`) among all that are offered to it: rate, bulkhead and breaker, in any
 * combination. It owns no call: its host offers each attempt, starts it when it may go, and tells how it ended.
 *
 * Inputs: attempts offered, settled, withdrawn; time. Outputs: verdicts and releases, in the order in which they count.
 *
 * 1. No more than `max` calls of a rate's key begin in any `perMs`, and no more than `max` of a bulkhead's are in flight.
 * 2. Every ticket that was told to wait gets one release, unless it is withdrawn.
 * 3. Tickets go in the order of their arrival wherever they want the same thing. One whose bulkhead is full lets others pass at
 *    its rate; one that waits for its rate only keeps a place in its bulkhead. So nobody is overtaken for ever, and a full
 *    bulkhead holds up nobody else.
 * 4. A wait takes nothing: rate and place are taken together, at the moment of going.
 * 5. A circuit counts the outcomes `failed` and `unknown` of calls that went. When it opens, those who wait behind it are
 *    refused at once. What the gate refuses counts for nothing.
 * 6. The numbers of a key are those of the call that was offered last. Keys that nobody uses are forgotten.
 * 7. Total: a ticket that it does not know changes nothing; one that is offered again gets what holds for it.
 *
 * Everything is in memory. The host sets its timer by `nextDeadline` after each call of another method.
 */
export class CallGate {
  readonly #limits = new GateLimits();
  readonly #waiting = new WaitingLanes();
  readonly #flights = new Map<string, Flight>();
  /** Limits that have changed, and nobody has looked yet who may go. */
  readonly #changed = new Set<object>();
  /** Releases that an offer has brought about, for the next `due`. */
  #owed: GateRelease[] = [];
  #now = 0 as Instant;

  /** An attempt wants to begin. `ticket` is unique among those that wait or are in flight, e.g. a work id. */
  offer(ticket: string, policy: CallPolicy, now: Instant): GateVerdict {
    this.#now = now;
    if (this.#flights.has(ticket)) return { kind: 'go' };
    if (this.#waiting.laneOf(ticket) !== undefined) return { kind: 'wait' };
    if (policy.rate === undefined && policy.bulkhead === undefined && policy.breaker === undefined)
      return { kind: 'go' };
    this.#limits.sweep(now, (limit) => this.#waiting.isWaitedFor(limit));
    const { limits, changed } = this.#limits.of(policy);
    for (const limit of changed) if (this.#waiting.isWaitedFor(limit)) this.#changed.add(limit);
    const blocked = limits.circuit?.blocked(now);
    if (limits.circuit !== undefined && blocked !== undefined) return circuitOpen(limits.circuit, blocked);
    const lane = this.#waiting.join(ticket, policy, limits);
    const next = this.#waiting.nextToGo(lane.wants, now);
    if (next === lane && lane.first === ticket) {
      this.#owed.push(...this.#go(lane, ticket, now));
      return { kind: 'go' };
    }
    // Another may go before it, and `due` will let it.
    if (next !== undefined) for (const limit of next.wants) this.#changed.add(limit);
    const full = this.#fullRefusal(policy, limits);
    if (full === undefined) return { kind: 'wait' };
    this.#waiting.leave(lane, ticket);
    return full;
  }

  /** An attempt that went has ended. */
  settled(ticket: string, outcome: Outcome, now: Instant): readonly GateRelease[] {
    return this.#leaves(ticket, outcome, now);
  }

  /** An attempt is given up, be it waiting or in flight. */
  withdrawn(ticket: string, now: Instant): readonly GateRelease[] {
    return this.#leaves(ticket, undefined, now);
  }

  /** Time has passed. */
  due(now: Instant): readonly GateRelease[] {
    this.#now = now;
    for (const limit of this.#waiting.ripe(now)) this.#changed.add(limit);
    return this.#release(now);
  }

  /** When `due` must be called, which may be at once; undefined while nobody waits for time. */
  nextDeadline(): Instant | undefined {
    return this.#changed.size > 0 || this.#owed.length > 0 ? this.#now : this.#waiting.nextWake();
  }

  /** How many tickets wait or are in flight, and how many keys are remembered. */
  get size(): { readonly waiting: number; readonly inFlight: number; readonly keys: number } {
    return { waiting: this.#waiting.size, inFlight: this.#flights.size, keys: this.#limits.size };
  }

  #leaves(ticket: string, outcome: Outcome | undefined, now: Instant): readonly GateRelease[] {
    const lane = this.#waiting.laneOf(ticket);
    const flight = this.#flights.get(ticket);
    if (lane === undefined && flight === undefined) return [];
    this.#now = now;
    if (lane !== undefined) this.#leaveLane(lane, ticket);
    if (flight !== undefined) this.#land(ticket, flight, outcome);
    return this.#release(now);
  }

  #land(ticket: string, { limits, pass }: Flight, outcome: Outcome | undefined): void {
    const { bulkhead, circuit } = limits;
    this.#flights.delete(ticket);
    if (bulkhead !== undefined) {
      bulkhead.inFlight -= 1;
      this.#changed.add(bulkhead);
    }
    if (circuit === undefined || pass === undefined) return;
    if (circuit.ended(pass, outcome, this.#now)) this.#owed.push(...this.#refuseBehind(circuit, this.#now));
  }

  /** Lets go who may, among those that want something which has changed. */
  #release(now: Instant): readonly GateRelease[] {
    const releases = this.#owed;
    this.#owed = [];
    for (;;) {
      const lane = this.#waiting.nextToGo(this.#changed, now);
      const ticket = lane?.first;
      if (lane === undefined || ticket === undefined) break;
      releases.push({ ticket, verdict: { kind: 'go' } }, ...this.#go(lane, ticket, now));
    }
    this.#changed.clear();
    return releases;
  }

  /** Starts the first of a lane; a probe has those who wait behind the same circuit refused. */
  #go(lane: WaitingLane, ticket: string, now: Instant): readonly GateRelease[] {
    const { limits } = lane;
    this.#waiting.leave(lane, ticket);
    limits.rate?.take(now);
    if (limits.bulkhead !== undefined) limits.bulkhead.inFlight += 1;
    const pass = limits.circuit?.begin();
    this.#flights.set(ticket, { limits, ...(pass !== undefined && { pass }) });
    return limits.circuit !== undefined && pass?.isProbe === true ? this.#refuseBehind(limits.circuit, now) : [];
  }

  #refuseBehind(circuit: Circuit, now: Instant): readonly GateRelease[] {
    const releases: GateRelease[] = [];
    for (const lane of this.#waiting.lanesWanting(circuit)) {
      for (const ticket of lane.tickets) {
        this.#leaveLane(lane, ticket);
        releases.push({ ticket, verdict: circuitOpen(circuit, circuit.blocked(now) ?? {}) });
      }
    }
    return releases;
  }

  /** What it kept a place in is there for others now. */
  #leaveLane(lane: WaitingLane, ticket: string): void {
    this.#waiting.leave(lane, ticket);
    for (const limit of lane.wants) if (this.#waiting.isWaitedFor(limit)) this.#changed.add(limit);
  }

  #fullRefusal({ rate, bulkhead }: CallPolicy, limits: Limits): Refusal | undefined {
    if (limits.bulkhead !== undefined && this.#waiting.waitingFor(limits.bulkhead) > limits.bulkhead.waitingMax) {
      return queueFull('bulkhead', bulkhead?.key, limits.bulkhead.waitingMax);
    }
    return this.#waiting.waitingFor(limits.rate) > GATE_WAITING_MAX
      ? queueFull('rate', rate?.key, GATE_WAITING_MAX)
      : undefined;
  }
}

type Refusal = Extract<GateVerdict, { kind: 'refused' }>;

/** A call that was let go. */
interface Flight {
  readonly limits: Limits;
  readonly pass?: CircuitPass;
}

function circuitOpen(circuit: Circuit, { forMs }: { readonly forMs?: number }): Refusal {
  const text =
    forMs === undefined
      ? `the circuit "${circuit.key}" is open: one call tries whether it can close`
      : `the circuit "${circuit.key}" is open after failures in a row: a call may try again in ${forMs} ms`;
  return {
    kind: 'refused',
    error: errorData('CIRCUIT_OPEN', text, forMs === undefined ? {} : { retryAfterMs: forMs }),
  };
}

function queueFull(kind: string, key: string | undefined, waitingMax: number): Refusal {
  const text = `${waitingMax} calls wait already for the ${kind} "${key}": try later, or raise what it lets through`;
  return { kind: 'refused', error: errorData('QUEUE_FULL', text) };
}
