import type { CallPolicy, Clock, ErrorData, Instant, Outcome, Timer } from 'tau-core';
import type { CallGate, GateRelease } from '../policy/call-gate.js';
import { Telling } from './telling.js';

/** What an attempt that had to wait is told, once. */
export type Admitted = (refusal: ErrorData | undefined) => void;

const desks = new WeakMap<CallGate, GateDesk>();

/** The one desk of a gate, however many runs share it. The clock is that of the run that came first. */
export function deskOf(gate: CallGate, clock: Clock): GateDesk {
  let desk = desks.get(gate);
  if (desk === undefined) {
    desk = new GateDesk(gate, clock);
    desks.set(gate, desk);
  }
  return desk;
}

/** Stands between calls and a gate: keeps who waits, and the gate's one timer. */
export class GateDesk {
  readonly #gate: CallGate;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Admitted>();
  readonly #telling = new Telling();
  #timer: Timer | undefined;
  #timerAt: Instant | undefined;

  constructor(gate: CallGate, clock: Clock) {
    this.#gate = gate;
    this.#clock = clock;
  }

  /** Tells `admitted`, at once or once it may go or not. */
  offer(ticket: string, policy: CallPolicy, admitted: Admitted): void {
    const verdict = this.#gate.offer(ticket, policy, this.#clock.now());
    if (verdict.kind === 'wait') this.#waiting.set(ticket, admitted);
    this.#watch();
    if (verdict.kind !== 'wait') admitted(verdict.kind === 'refused' ? verdict.error : undefined);
  }

  settled(ticket: string, outcome: Outcome): void {
    this.#release(this.#gate.settled(ticket, outcome, this.#clock.now()));
  }

  withdrawn(ticket: string): void {
    this.#waiting.delete(ticket);
    this.#release(this.#gate.withdrawn(ticket, this.#clock.now()));
  }

  #release(releases: readonly GateRelease[]): void {
    this.#watch();
    for (const { ticket, verdict } of releases) {
      const admitted = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      if (admitted !== undefined) {
        this.#telling.add(() => admitted(verdict.kind === 'refused' ? verdict.error : undefined));
      }
    }
  }

  #watch(): void {
    const next = this.#gate.nextDeadline();
    if (next === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = next;
    this.#timer = next === undefined ? undefined : this.#clock.at(next, () => this.#due());
  }

  #due(): void {
    this.#timer = undefined;
    this.#timerAt = undefined;
    this.#release(this.#gate.due(this.#clock.now()));
  }
}
