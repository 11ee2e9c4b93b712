import type { Clock, Json, Outcome } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { CallGate } from '../policy/call-gate.js';
import { deskOf, type GateDesk } from './gate-desk.js';
import { LocalLocks } from './local-locks.js';
import type { LocalOptions } from './local-options.js';
import type { RunStore } from './store/run-store.js';
import type { OpenQuestion } from './stream-item.js';
import { TurnBudget } from './turn-budget.js';

/** How a run stopped being this process's: it ended, or it failed here or was let go of, and goes on elsewhere or later. */
export type RunEnd = { readonly outcome: Outcome } | { readonly thrown: unknown };

/** A run as other runs of the process see it. */
export interface RunningRun {
  readonly runId: string;
  /** Called once: at once if it has stopped already. */
  onStopped(listener: (end: RunEnd) => void): void;
  /** Called once the run is stored, or with what it stopped by before that. */
  onBegun(listener: (end?: RunEnd) => void): void;
  send(content: Json, key?: string): Promise<void>;
  cancel(reason: string, options?: { readonly kill?: boolean }): void;
  questions(): readonly OpenQuestion[];
  answer(id: string, version: number, answer: Json): Promise<void>;
  requeue(callId: string): Promise<void>;
  isWaiting(): boolean;
  /** Called whenever it has come to wait. */
  follow(listener: () => void): void;
  letGo(): void;
}

/** The runs of a process that can reach each other: those of one store, or of one run that has none. */
export class LocalWorld {
  readonly runs = new Map<string, RunningRun>();
  readonly turn = new TurnBudget();
}

const worlds = new WeakMap<RunStore, LocalWorld>();

export function worldOf(store: RunStore | undefined): LocalWorld {
  if (store === undefined) return new LocalWorld();
  let world = worlds.get(store);
  if (world === undefined) {
    world = new LocalWorld();
    worlds.set(store, world);
  }
  return world;
}

/** What a run shares with those that it starts. */
export interface SharedPorts {
  readonly world: LocalWorld;
  readonly locks: LocalLocks;
  readonly desk: () => GateDesk;
}

export function sharedPorts(options: LocalOptions): SharedPorts {
  const clock: Clock = options.clock ?? systemClock;
  let gate = options.gate;
  return {
    world: worldOf(options.store),
    locks: options.locks ?? new LocalLocks(),
    desk: () => {
      gate ??= new CallGate();
      return deskOf(gate, clock);
    },
  };
}
