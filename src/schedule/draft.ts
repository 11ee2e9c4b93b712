import type { Decision, Instant, ProgramEffect } from 'tau-core';
import type { ScheduleEvent } from './event.js';
import { evolve } from './evolve.js';
import type { SchedulePlan } from './plan.js';
import type { ScheduleState } from './state.js';

/** How many occurrences one decision sees to; the rest follows in further ones, at once. */
export const OCCURRENCES_A_DECISION = 100;

/** A decision in the making: what was decided so far, and the state as it will be then. Lives within one `decide`. */
export class Draft {
  readonly plan: SchedulePlan;
  readonly now: Instant;
  readonly #events: ScheduleEvent[] = [];
  readonly #effects: ProgramEffect[] = [];
  #state: ScheduleState;
  #left = OCCURRENCES_A_DECISION;
  #hasCounted = false;

  constructor(plan: SchedulePlan, state: ScheduleState, now: Instant) {
    this.plan = plan;
    this.now = now;
    this.#state = state;
  }

  get state(): ScheduleState {
    return this.#state;
  }

  happen(event: ScheduleEvent): void {
    this.#events.push(event);
    this.#state = evolve(this.#state, event);
  }

  ask(effect: ProgramEffect): void {
    this.#effects.push(effect);
  }

  /** Whether one more occurrence, or what takes as long as so many, may be seen to in this decision. */
  spend(by = 1): boolean {
    this.#left -= by;
    return this.#left >= 0;
  }

  /** Whether missed ones may be counted in this decision: once, up to a bound. */
  count(): boolean {
    const isFirst = !this.#hasCounted;
    this.#hasCounted = true;
    return isFirst;
  }

  decision(): Decision<ScheduleEvent, ProgramEffect> {
    return { events: this.#events, effects: this.#effects };
  }
}
