import fc from 'fast-check';
import { type CallPolicy, errorData, type Instant, instant, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { CallGate, type GateRelease } from './call-gate.js';

type Act =
  | { readonly do: 'offer'; readonly policy: CallPolicy }
  | { readonly do: 'end'; readonly which: number; readonly how: 'ok' | 'failed' | 'withdrawn' }
  | { readonly do: 'giveUp'; readonly which: number }
  | { readonly do: 'pass'; readonly ms: number };

/** Numbers belong to keys, as they do where each key is one service. */
const RATES = [
  { key: 'r1', max: 2, perMs: 50 },
  { key: 'r2', max: 3, perMs: 20 },
];
const BULKHEADS = [
  { key: 'b1', max: 1, waitingMax: 4 },
  { key: 'b2', max: 2 },
];
const BREAKER = { key: 'c1', failuresMax: 2, openMs: 40 };

const somePolicy: fc.Arbitrary<CallPolicy> = fc
  .record({
    rate: fc.constantFrom(undefined, ...RATES),
    bulkhead: fc.constantFrom(undefined, ...BULKHEADS),
    breaker: fc.constantFrom(undefined, undefined, BREAKER),
  })
  .map(({ rate, bulkhead, breaker }) => ({
    ...(rate && { rate }),
    ...(bulkhead && { bulkhead }),
    ...(breaker && { breaker }),
  }));
const someAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: somePolicy.map((policy): Act => ({ do: 'offer', policy })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ which: fc.nat(), how: fc.constantFrom('ok' as const, 'failed' as const, 'withdrawn' as const) })
      .map((more): Act => ({ do: 'end', ...more })),
  },
  { weight: 1, arbitrary: fc.nat().map((which): Act => ({ do: 'giveUp', which })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 }).map((ms): Act => ({ do: 'pass', ms })) },
);
const someActs = fc.array(someAct, { maxLength: 120 });

const OK: Outcome = { kind: 'ok', output: null };
const FAILED: Outcome = { kind: 'failed', error: errorData('STEP_FAILED', 'no') };

/** A host that keeps its own books of what the gate has told it. */
class Host {
  readonly gate = new CallGate();
  readonly waiting = new Map<string, CallPolicy>();
  readonly inFlight = new Map<string, CallPolicy>();
  readonly begun: { readonly key: string; readonly at: number }[] = [];
  readonly began: string[] = [];
  now: Instant = instant(1_000);
  #tickets = 0;

  act(next: Act): void {
    if (next.do === 'offer') this.#offer(next.policy);
    else if (next.do === 'end') this.#end(next.which, next.how);
    else if (next.do === 'giveUp') this.#giveUp(next.which);
    else this.pass(next.ms);
    this.#lookAtOnce();
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (let due = this.gate.nextDeadline(); due !== undefined && due <= end; due = this.gate.nextDeadline()) {
      expect(due).toBeGreaterThan(this.now);
      this.now = due;
      this.#take(this.gate.due(this.now));
      this.#lookAtOnce();
    }
    this.now = instant(end);
  }

  /** Ends all that is in flight, and lets time pass, until nobody waits. */
  drain(): void {
    for (let round = 0; this.waiting.size > 0 || this.inFlight.size > 0; round++) {
      expect(round).toBeLessThan(2_000);
      while (this.inFlight.size > 0) this.#end(0, 'ok');
      this.#lookAtOnce();
      this.pass(5);
    }
  }

  #offer(policy: CallPolicy): void {
    this.#tickets += 1;
    const ticket = `t${this.#tickets}`;
    const verdict = this.gate.offer(ticket, policy, this.now);
    if (verdict.kind === 'wait') this.waiting.set(ticket, policy);
    if (verdict.kind === 'go') this.#begin(ticket, policy);
  }

  #end(which: number, how: 'ok' | 'failed' | 'withdrawn'): void {
    const ticket = [...this.inFlight.keys()][which % Math.max(1, this.inFlight.size)];
    if (ticket === undefined) return;
    this.inFlight.delete(ticket);
    if (how === 'withdrawn') this.#take(this.gate.withdrawn(ticket, this.now));
    else this.#take(this.gate.settled(ticket, how === 'ok' ? OK : FAILED, this.now));
  }

  #giveUp(which: number): void {
    const ticket = [...this.waiting.keys()][which % Math.max(1, this.waiting.size)];
    if (ticket === undefined) return;
    this.waiting.delete(ticket);
    this.#take(this.gate.withdrawn(ticket, this.now));
  }

  #lookAtOnce(): void {
    const due = this.gate.nextDeadline();
    if (due === undefined || due > this.now) return;
    this.#take(this.gate.due(this.now));
    expect(this.gate.nextDeadline() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(this.now);
  }

  #take(releases: readonly GateRelease[]): void {
    for (const { ticket, verdict } of releases) {
      const policy = this.waiting.get(ticket);
      expect(policy, `${ticket} was released without waiting`).toBeDefined();
      this.waiting.delete(ticket);
      if (policy !== undefined && verdict.kind === 'go') this.#begin(ticket, policy);
    }
  }

  #begin(ticket: string, policy: CallPolicy): void {
    this.inFlight.set(ticket, policy);
    this.began.push(ticket);
    if (policy.rate !== undefined) this.begun.push({ key: policy.rate.key, at: this.now });
  }
}

describe('whatever is offered and ends', () => {
  test('no window has more beginnings than its rate, no bulkhead more in flight, and no wait is for ever', () => {
    fc.assert(
      fc.property(someActs, (acts) => {
        const host = new Host();
        for (const next of acts) {
          host.act(next);
          for (const { key, max } of BULKHEADS) {
            const inFlight = [...host.inFlight.values()].filter(({ bulkhead }) => bulkhead?.key === key);
            expect(inFlight.length).toBeLessThanOrEqual(max);
          }
          const queue = [...host.waiting.values()].filter(({ bulkhead }) => bulkhead?.key === 'b1');
          expect(queue.length).toBeLessThanOrEqual(4);
          expect(host.gate.size.waiting).toBe(host.waiting.size);
        }
        host.drain();
        expect(host.gate.size).toMatchObject({ waiting: 0, inFlight: 0 });
        for (const { key, max, perMs } of RATES) {
          const times = host.begun.filter((one) => one.key === key).map((one) => one.at);
          for (const [index, time] of times.entries()) {
            const earlier = times[index - max];
            if (earlier !== undefined) expect(time - earlier).toBeGreaterThanOrEqual(perMs);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nobody waits who could go: what is free has no taker', () => {
    fc.assert(
      fc.property(someActs, (acts) => {
        const host = new Host();
        for (const next of acts) {
          host.act(next);
          for (const [ticket, { rate, bulkhead, breaker }] of host.waiting) {
            if (rate !== undefined || breaker !== undefined) continue;
            const inFlight = [...host.inFlight.values()].filter((other) => other.bulkhead?.key === bulkhead?.key);
            const keepers = [...host.waiting].filter(
              ([other, policy]) =>
                policy.bulkhead?.key === bulkhead?.key && policy.rate !== undefined && other !== ticket,
            );
            // Only those in flight, and those who wait for their rate before it, can hold it up.
            expect(inFlight.length + keepers.length).toBeGreaterThanOrEqual(bulkhead?.max ?? 0);
          }
        }
      }),
    );
  });

  test('calls of one policy begin in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(someAct, { maxLength: 80 }), (acts) => {
        const host = new Host();
        const policy: CallPolicy = { rate: { key: 'r1', max: 2, perMs: 50 }, bulkhead: { key: 'b2', max: 2 } };
        for (const next of acts) host.act(next.do === 'offer' ? { do: 'offer', policy } : next);
        host.drain();
        const numbers = host.began.map((ticket) => Number(ticket.slice(1)));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });
});
