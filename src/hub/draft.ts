import type { Decision, Instant, Outcome } from 'tau-core';
import type { HubEvent } from './event.js';
import { evolve } from './evolve.js';
import type { HubEffect } from './port.js';
import { type HubState, type Recipient, recipientAt } from './state.js';

/** A decision in the making: what was decided so far, and the state as it will be then. Lives within one `decide`. */
export class Draft {
  readonly now: Instant;
  readonly #events: HubEvent[] = [];
  readonly #effects: HubEffect[] = [];
  #state: HubState;

  constructor(state: HubState, now: Instant) {
    this.#state = state;
    this.now = now;
  }

  get state(): HubState {
    return this.#state;
  }

  recipient(place: string): Recipient | undefined {
    return recipientAt(this.#state, place);
  }

  happen(event: HubEvent): void {
    this.#events.push(event);
    this.#state = evolve(this.#state, event);
  }

  ask(effect: HubEffect): void {
    this.#effects.push(effect);
  }

  /** Tells whoever wants to know what became of an input. */
  receipt(ref: string | undefined, outcome: Outcome): void {
    if (ref !== undefined) this.ask({ type: 'receipt', ref, outcome });
  }

  decision(): Decision<HubEvent, HubEffect> {
    return { events: this.#events, effects: this.#effects };
  }
}
