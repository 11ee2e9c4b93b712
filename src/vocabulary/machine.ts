import type { Instant } from './instant.js';

/** What a decision yields: events to be journaled, then effects to be released. */
export interface Decision<Event, Effect> {
  readonly events: readonly Event[];
  readonly effects: readonly Effect[];
}

/**
 * A machine that is told everything: pure, synchronous, deterministic functions over plain data.
 *
 * Guarantees that its shell relies on, and its tests check:
 * 1. `decide` changes nothing and returns; what it refuses is an effect too.
 * 2. `evolve` is total: it takes every event that was ever journaled, and never throws.
 * 3. Folding the journal through `evolve` gives the state that the live machine has.
 * 4. Nothing awaits, reads a clock, draws a random number or does IO; `now` and ids arrive in inputs.
 *
 * The shell's order is fixed: read input, decide, append events durably, evolve, release effects, acknowledge.
 */
export interface Machine<State, Input, Event, Effect> {
  decide(state: State, input: Input, now: Instant): Decision<Event, Effect>;
  evolve(state: State, event: Event): State;
  /** When the shell must tell the machine that time has passed; undefined while nothing waits for time. */
  nextDeadline(state: State): Instant | undefined;
}

/** A decision that changes nothing and does nothing. */
export const NOTHING: Decision<never, never> = { events: [], effects: [] };
