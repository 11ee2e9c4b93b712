import type { Clock, Timer } from '../ports/clock.js';
import { type Instant, instant } from '../vocabulary/instant.js';
import { type HeapTimer, TimerHeap } from './timer-heap.js';

/** What a virtual clock starts from. */
export interface VirtualClockOptions {
  /** Milliseconds since the epoch; default 2026-01-01T00:00:00Z. */
  readonly startMs?: number;
  /**
   * Decides the order of timers of one instant, as numbers from 0 to 1. Without it they fire in the order in which
   * they were set. The port promises no order, so a simulation tries them all: give it a seeded generator.
   */
  readonly tieBreak?: () => number;
}

const START_MS = Date.UTC(2026, 0, 1);

/** A clock that stands still until it is moved. Timers fire inside the call that moves it, one after another. */
export class VirtualClock implements Clock {
  readonly #timers = new TimerHeap();
  readonly #tieBreak: (() => number) | undefined;
  #nowMs: number;
  #set = 0;
  #pending = 0;

  constructor(options: VirtualClockOptions = {}) {
    this.#nowMs = Math.trunc(options.startMs ?? START_MS);
    this.#tieBreak = options.tieBreak;
  }

  now(): Instant {
    return instant(this.#nowMs);
  }

  /** Fires at the next move of the clock that reaches `at`; an instant in the past is due at the next move of all. */
  at(at: Instant, callback: () => void): Timer {
    const timer: HeapTimer = {
      at: Math.max(Math.ceil(at), this.#nowMs),
      rank: this.#tieBreak === undefined ? this.#set : this.#tieBreak(),
      callback,
      done: false,
    };
    this.#set += 1;
    this.#pending += 1;
    this.#timers.push(timer);
    return { cancel: () => this.#cancel(timer) };
  }

  /** Timers that are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** When the next timer is due; undefined when none is set. */
  get nextAt(): Instant | undefined {
    const next = this.#timers.peek();
    return next === undefined ? undefined : instant(next.at);
  }

  /** Moves to the next timer's instant and fires that one timer; false, and no move, when none is set. */
  advanceToNext(): boolean {
    const timer = this.#timers.pop();
    if (timer === undefined) return false;
    this.#nowMs = timer.at;
    timer.done = true;
    this.#pending -= 1;
    timer.callback();
    return true;
  }

  /** Moves by `ms`, firing every timer on the way at its own instant, those set meanwhile included. */
  advance(ms: number): void {
    const target = this.#nowMs + ms;
    for (let next = this.#timers.peek(); next !== undefined && next.at <= target; next = this.#timers.peek()) {
      this.advanceToNext();
    }
    this.#nowMs = target;
  }

  #cancel(timer: HeapTimer): void {
    if (timer.done) return;
    timer.done = true;
    this.#pending -= 1;
  }
}
