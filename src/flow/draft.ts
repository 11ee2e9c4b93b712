import type { CallId, Decision, Instant, ProgramEffect } from 'tau-core';
import type { FlowEvent } from './event.js';
import { evolveFrom } from './evolve.js';
import type { FlowPlan } from './flow-plan.js';
import { FORESEEN_MAX, type Foreseen } from './foreseen.js';
import { leadsTo, namedChild, ownerOf } from './path.js';
import type { Place } from './place.js';
import { deepestPlace, entryAt, placeAfter, rootPlace } from './place-on-path.js';
import { DECISION_CHARS_MAX, DECISION_EVENTS_MAX } from './run-limits.js';
import type { FlowState } from './state.js';
import type { Size } from './value-size.js';

/** Something to be looked at before a decision ends: a node that enters what is next for it, or one whose child has ended. */
interface Todo {
  readonly what: 'enter' | 'advance';
  /** Of the node, or of the graph that the entry stands in. */
  readonly at: string;
  readonly entry: Entry | undefined;
}

/** An entry of a graph, by where it stands: its path, which may be long, then need not be read. */
interface Entry {
  readonly key: number;
  readonly id: string;
}

/**
 * A decision in the making: what was decided so far, and the state as it will be then. It lives within one `decide`, whose
 * caller's state it never touches.
 */
export class Draft {
  readonly plan: FlowPlan;
  readonly now: Instant;
  readonly #before: FlowState;
  readonly #events: FlowEvent[] = [];
  /** The state after each of the first ones. */
  readonly #states: FlowState[] = [];
  #effects: (ProgramEffect | undefined)[] = [];
  /** Where in the effects each open call or claim of this very decision stands; made when the first one is taken back. */
  #placed: Map<string, number> | undefined;
  readonly #todo: Todo[] = [];
  /** Paths that are still to be entered; made when the first call or claim is taken back. */
  #entering: Set<string> | undefined;
  #next = 0;
  #chars = 0;
  #state: FlowState;
  /** The place that was looked up last, in the state as it is now. */
  #looked: Place | undefined;

  constructor(plan: FlowPlan, state: FlowState, now: Instant) {
    this.plan = plan;
    this.now = now;
    this.#before = state;
    this.#state = state;
  }

  get state(): FlowState {
    return this.#state;
  }

  /** Whether this decision has grown beyond what any waiting flow needs. */
  get isExhausted(): boolean {
    return this.#events.length > DECISION_EVENTS_MAX || this.#chars > DECISION_CHARS_MAX;
  }

  /** Counts what goes into an event of this decision: all of them are one record of a journal. */
  weigh({ chars }: Size): void {
    this.#chars += chars;
  }

  place(at: string): Place | undefined {
    const nearest = this.#nearest(at);
    return nearest?.at.length === at.length ? nearest : undefined;
  }

  /** Where something is to be looked at, if it still is. */
  placeOf({ at, entry }: Todo): Place | undefined {
    const place = this.place(at);
    if (entry === undefined || place === undefined) return place;
    const inner = entryAt(place, entry);
    if (inner !== undefined) this.#looked = inner;
    return inner;
  }

  /** The last open activation on a path. What it has in common with the path before is not looked up again. */
  #nearest(at: string): Place | undefined {
    let from = this.#looked;
    while (from !== undefined && !leadsTo(from.at, at)) from = from.parent;
    from ??= rootPlace(this.plan, this.#state);
    this.#looked = from && deepestPlace(from, at);
    return this.#looked;
  }

  happen(event: FlowEvent): void {
    this.#events.push(event);
    const from = 'at' in event ? this.#nearest(event.at) : undefined;
    this.#state = evolveFrom({ plan: this.plan, state: this.#state, from }, event);
    this.#looked = from && placeAfter(from, this.#state);
    if (this.#states.length < FORESEEN_MAX) this.#states.push(this.#state);
  }

  ask(effect: ProgramEffect): void {
    const name = placedName(effect);
    if (name !== undefined) this.#placed?.set(name, this.#effects.length);
    this.#effects.push(effect);
  }

  /** Takes a call back: by an effect, or by leaving it out when it was asked for in this very decision. */
  withdrawCall(callId: CallId, reason: string): void {
    if (this.#isMade(callId) && !this.#takeOut(`call ${callId}`)) this.ask({ type: 'cancelCall', callId, reason });
  }

  /** Gives a lock back, or up. */
  releaseLock(lockId: CallId): void {
    if (this.#isMade(lockId) && !this.#takeOut(`acquire ${lockId}`)) this.ask({ type: 'release', lockId });
  }

  /** A node that has started in this decision, and was not entered yet, has called and claimed nothing. */
  #isMade(id: CallId): boolean {
    this.#entering ??= new Set(
      this.#todo.slice(this.#next).flatMap((todo) => (todo.what === 'enter' ? [pathOf(todo)] : [])),
    );
    return !this.#entering.has(ownerOf(id));
  }

  #takeOut(name: string): boolean {
    if (this.#placed === undefined) {
      this.#placed = new Map();
      for (const [index, effect] of this.#effects.entries()) {
        const placed = effect && placedName(effect);
        if (placed !== undefined) this.#placed.set(placed, index);
      }
    }
    const index = this.#placed.get(name);
    if (index === undefined) return false;
    this.#effects[index] = undefined;
    return true;
  }

  /** To be looked at before this decision ends. */
  push(what: Todo['what'], at: string, entry?: Entry): void {
    const todo: Todo = { what, at, entry };
    this.#todo.push(todo);
    if (what === 'enter') this.#entering?.add(pathOf(todo));
  }

  nextTodo(): Todo | undefined {
    const todo = this.#todo[this.#next];
    this.#next += 1;
    if (todo !== undefined) {
      if (todo.what === 'enter') this.#entering?.delete(pathOf(todo));
      return todo;
    }
    this.#todo.length = 0;
    this.#next = 0;
    return undefined;
  }

  decision(foreseen: Foreseen): Decision<FlowEvent, ProgramEffect> {
    foreseen.remember(this.#before, this.#events, this.#states);
    const effects = this.#effects.filter((effect) => effect !== undefined);
    return { events: this.#events, effects };
  }
}

function pathOf({ at, entry }: Todo): string {
  return entry === undefined ? at : namedChild(at, entry.id);
}

function placedName(effect: ProgramEffect): string | undefined {
  if (effect.type === 'call') return `call ${effect.callId}`;
  return effect.type === 'acquire' ? `acquire ${effect.lockId}` : undefined;
}
