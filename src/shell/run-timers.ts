import type { Clock, Instant, RunId, Timer } from 'tau-core';
import { DeadlineHeap } from '../machines/dispatch/deadline-heap.js';

/** The deadlines of all runs in progress, behind one timer. */
export class RunTimers {
  readonly #clock: Clock;
  readonly #wake: (runId: RunId) => void;
  readonly #deadlines = new DeadlineHeap<RunId>();
  #timer: { readonly timer: Timer; readonly at: Instant } | undefined;

  constructor(clock: Clock, wake: (runId: RunId) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  set(runId: RunId, at: Instant): void {
    this.#deadlines.set(runId, at);
    this.#schedule();
  }

  delete(runId: RunId): void {
    this.#deadlines.delete(runId);
  }

  stop(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    const at = this.#deadlines.next();
    if (at === undefined || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.at(at, () => {
      this.#timer = undefined;
      const now = this.#clock.now();
      for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now))
        this.#wake(due);
      this.#schedule();
    });
    this.#timer = { timer, at };
  }
}
