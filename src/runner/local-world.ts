import type { Clock, Json, Outcome } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { CallGate } from '../policy/call-gate.js';
import { FewMap } from './few-map.js';
import { deskOf, type GateDesk } from './gate-desk.js';
import { KeyedRuns } from './keyed-runs.js';
import { LocalLocks } from './local-locks.js';
import type { LocalOptions } from './local-options.js';
import type { RunStore } from './store/run-store.js';
import type { OpenQuestion } from './stream-item.js';

/** How a run stopped being this process's: it ended, or it failed here or was let go of, and goes on elsewhere or later. */
export type RunEnd = { readonly outcome: Outcome } | { readonly thrown: unknown };

/** A run as other runs of the process see it. */
export interface RunningRun {
  readonly runId: string;
  /** Called once: at once if it has stopped already. */
  onStopped(listener: (end: RunEnd) => void): void;
  /** Called once the run is stored, or with what it stopped by before that. */
  onBegun(listener: (end?: RunEnd) => void): void;
  send(content: Json, options?: { readonly key?: string }): Promise<void>;
  cancel(reason: string, options?: { readonly kill?: boolean }): void;
  questions(): readonly OpenQuestion[];
  answer(id: string, version: number, answer: Json): Promise<void>;
  requeue(callId: string): Promise<void>;
  isWaiting(): boolean;
  /** Called whenever it has come to wait. */
  follow(listener: () => void): void;
  letGo(): void;
}

/** The runs of a process that can reach each other, by id: those of one store, or of one run that has none. */
export type LocalWorld = FewMap<string, RunningRun>;

const worlds = new WeakMap<RunStore, LocalWorld>();

export function worldOf(store: RunStore | undefined): LocalWorld {
  if (store === undefined) return new FewMap();
  let world = worlds.get(store);
  if (world === undefined) {
    world = new FewMap();
    worlds.set(store, world);
  }
  return world;
}

/** What a run shares with those that it starts; locks and gate are made when one is first asked for. */
export class SharedPorts {
  readonly world: LocalWorld;
  readonly #clock: Clock;
  #locks: LocalLocks | undefined;
  #gate: CallGate | undefined;
  readonly #isStored: boolean;
  #keyed: KeyedRuns | undefined;

  constructor({ clock, store, locks, gate }: LocalOptions) {
    this.world = worldOf(store);
    this.#clock = clock ?? systemClock;
    this.#locks = locks;
    this.#gate = gate;
    this.#isStored = store !== undefined;
  }

  get locks(): LocalLocks {
    this.#locks ??= new LocalLocks();
    return this.#locks;
  }

  /** Undefined where no run has asked for one. */
  get locksIfAny(): LocalLocks | undefined {
    return this.#locks;
  }

  /** Runs that have ended and were started with a key; undefined where the store has them. */
  get keyed(): KeyedRuns | undefined {
    if (!this.#isStored) this.#keyed ??= new KeyedRuns();
    return this.#keyed;
  }

  get desk(): GateDesk {
    this.#gate ??= new CallGate();
    return deskOf(this.#gate, this.#clock);
  }
}
