import { type Clock, errorData, JOURNAL_LIMITS, type RegionId } from 'tau-core';
import type { RegionEffect, RegionReply } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState } from '../machines/region/state.js';
import { decideGroup, GROUP_LIMITS } from './decide-group.js';
import { DURABLE_FEED, Feed, VOLATILE_FEED } from './feed.js';
import { type CommittedEvent, toRecord } from './record-codec.js';
import type { RegionStore } from './region-store.js';
import { encodeSnapshot } from './snapshot-codec.js';
import type { Defer } from './turns.js';

/** Named limits of a region's loop. */
export const LOOP_LIMITS = {
  /** Inputs that wait; more are refused with QUEUE_FULL. */
  queueMax: 20_000,
  /** Events between two snapshots: replaying as many takes a fraction of a second. */
  snapshotEvery: 100_000,
} as const;

/** What a loop hands on when events are durable. */
export interface RegionHost {
  /** Effects other than replies, in the order of the decisions. */
  release(effect: Exclude<RegionEffect, { readonly type: 'reply' }>): void;
  /** Runs that an event was about: their deadlines may have changed. */
  touched(state: RegionState, runIds: ReadonlySet<string>): void;
  /** A decision threw: a bug, and the input was refused. */
  readonly bug: (thrown: unknown) => void;
}

interface Ticket {
  readonly input: RegionInput;
  readonly resolve: (reply: RegionReply) => void;
}

/**
 * The shell of one region. Its order is fixed:
 *
 *   read inputs -> decide -> append events durably (group commit) -> evolve -> release effects -> acknowledge
 *
 * The group is decided on a draft. The draft becomes the region's state only when its events are durable; until then
 * nobody sees it: no effect leaves, no reply is given, no watcher is told, and reads see the state before.
 */
export class RegionLoop {
  readonly id: RegionId;
  readonly feed: Feed;
  readonly store: RegionStore;
  readonly #machine: RegionMachine;
  readonly #clock: Clock;
  readonly #defer: Defer;
  readonly #host: RegionHost;
  #state: RegionState;
  #queue: Ticket[] = [];
  #running = false;
  #snapshotSeq: number;

  constructor(
    state: RegionState,
    store: RegionStore,
    options: {
      readonly machine: RegionMachine;
      readonly clock: Clock;
      readonly defer: Defer;
      readonly host: RegionHost;
      readonly snapshotSeq?: number;
    },
  ) {
    this.id = state.id;
    this.store = store;
    this.feed = new Feed(state.seq, store.durable ? DURABLE_FEED : VOLATILE_FEED);
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#defer = options.defer;
    this.#host = options.host;
    this.#state = state;
    this.#snapshotSeq = options.snapshotSeq ?? 0;
  }

  /** The committed state. */
  get state(): RegionState {
    return this.#state;
  }

  /** Whether nothing waits and nothing is being written. */
  get idle(): boolean {
    return !this.#running && this.#queue.length === 0;
  }

  /** Tells the region something; resolves with its reply once what it decided is durable. Never rejects. */
  submit(input: RegionInput): Promise<RegionReply> {
    return new Promise((resolve) => this.tell(input, resolve));
  }

  /** The same without a promise, for those who tell a lot. */
  tell(input: RegionInput, resolve: (reply: RegionReply) => void): void {
    // What the kernel itself reports is never turned away: it is bounded by the work that was sent.
    if (this.#queue.length >= LOOP_LIMITS.queueMax && !isReport(input)) {
      const message = `session "${this.id}" has ${this.#queue.length} inputs waiting, the limit queueMax; try again in a moment`;
      return resolve({ ok: false, error: errorData('QUEUE_FULL', message) });
    }
    this.#queue.push({ input, resolve });
    if (this.#running) return;
    this.#running = true;
    // One turn later: what is told until then is decided as one group.
    this.#defer(() => void this.#run());
  }

  /** Saves a snapshot if there is anything new since the last one. */
  async snapshot(): Promise<void> {
    const state = this.#state;
    if (!this.store.durable || state.seq === this.#snapshotSeq) return;
    this.#snapshotSeq = state.seq;
    const image = encodeSnapshot(state);
    // One that fills no frame cannot be saved: then more is replayed.
    if (image.length <= JOURNAL_LIMITS.pageBytesMax) await this.store.saveSnapshot(this.id, state.seq, image);
  }

  async #run(): Promise<void> {
    await this.#commit();
    if (this.#queue.length > 0) this.#defer(() => void this.#run());
    else this.#running = false;
  }

  async #commit(): Promise<void> {
    const inputs = this.#queue.slice(0, GROUP_LIMITS.inputsMax).map((ticket) => ticket.input);
    const group = decideGroup(this.#machine, this.#state, inputs, this.#clock.now(), this.#host.bug);
    const tickets = this.#taken(group.effects.length);
    if (group.events.length > 0) {
      await this.store.append(this.id, this.#state.seq, group.events.map(toRecord));
      this.#state = group.next;
      this.feed.push(group.events);
      this.#host.touched(this.#state, subjectsOf(group.events));
    }
    for (const [index, ticket] of tickets.entries()) this.#release(ticket, group.effects[index] ?? []);
    if (this.#state.seq - this.#snapshotSeq >= LOOP_LIMITS.snapshotEvery) {
      // A snapshot that fails costs a longer replay and nothing else.
      this.snapshot().catch(this.#host.bug);
    }
  }

  /** The first tickets of the queue, which waits for the others. An empty queue is a new one: a list keeps the room that it once had. */
  #taken(count: number): readonly Ticket[] {
    const queue = this.#queue;
    this.#queue = count === queue.length ? [] : queue.slice(count);
    return count === queue.length ? queue : queue.slice(0, count);
  }

  #release(ticket: Ticket, effects: readonly RegionEffect[]): void {
    let reply: RegionReply = { ok: true, seq: this.#state.seq, fresh: false };
    for (const effect of effects) {
      if (effect.type === 'reply') reply = effect.reply;
      else this.#host.release(effect);
    }
    ticket.resolve(reply);
  }
}

/** Runs that events are about. */
function subjectsOf(events: readonly CommittedEvent[]): ReadonlySet<string> {
  const subjects = new Set<string>();
  for (const { subject } of events) if (subject !== '') subjects.add(subject);
  return subjects;
}

function isReport(input: RegionInput): boolean {
  return input.type === 'settle' || input.type === 'lost' || input.type === 'wake' || input.type === 'tellLocks';
}
