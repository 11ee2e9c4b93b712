import type { FlowEvent } from './event.js';
import type { FlowState } from './state.js';

/** States that are kept of one decision: those of a step are few, and what starts 10,000 nodes at once is to be forgotten. */
export const FORESEEN_MAX = 32;

/**
 * The states that the latest decision came to, one after each of its events. A decision is made by evolving its own events, and
 * a host evolves them right after: what it asks for is then here, once. Another state or event is simply not known: states and
 * events never change, so that the same two objects always give the same state.
 */
export class Foreseen {
  #events: readonly FlowEvent[] = [];
  #states: readonly FlowState[] = [];
  #before: FlowState | undefined;
  #next = 0;

  /** `states[i]` is the state after `events[i]`, the first of which follows on `before`. Later ones are not known. */
  remember(before: FlowState, events: readonly FlowEvent[], states: readonly FlowState[]): void {
    this.#before = before;
    this.#events = events;
    this.#states = states;
    this.#next = 0;
  }

  /** The state after an event, if this was decided last, and is asked for in order. */
  after(state: FlowState, event: FlowEvent): FlowState | undefined {
    const index = this.#next;
    if (index >= this.#states.length || this.#events[index] !== event || this.#before !== state) return undefined;
    this.#before = this.#states[index];
    this.#next = index + 1;
    return this.#before;
  }
}
