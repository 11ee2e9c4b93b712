import type { Clock, CloudEvent, Executable, Json, JsonObject, Random } from 'tau-core';
import type { RunObserver } from '../observe/observer.js';
import type { CallGate } from '../policy/call-gate.js';
import type { LocalHandlers } from './local-handler.js';
import type { LocalLocks } from './local-locks.js';
import type { SecretSource } from './secret-vault.js';
import type { RunStore } from './store/run-store.js';

/** Any program's definition. */
export type AnyExecutable = Executable<unknown, unknown, unknown>;

/** An event that a run publishes. */
export interface PublishedEvent {
  /** The call's idempotency key: the same when it is published again after a crash. */
  readonly id: string;
  readonly runId: string;
  readonly sessionId: string;
  readonly type: string;
  readonly data?: Json;
  readonly subject?: string;
  /** 1, 2, ... among the events of the run. */
  readonly seq: number;
}

/** What a local run is given. */
export interface LocalOptions {
  /** A call of a capability that is not among them fails with NO_PROVIDER at once. Default: none, for runs that call nothing. */
  readonly handlers?: LocalHandlers;
  /** Where the run is kept; without one it lives as long as this process. Runs of one store can send to each other. */
  readonly store?: RunStore;
  /** Default `{}`. Of a run that goes on, only the secrets in it are used. */
  readonly input?: JsonObject;
  /** The event that the run sees as its trigger; whether it matches the triggers is not asked. */
  readonly event?: CloudEvent;
  /** 1 to 64 letters, digits, `-` and `_`; default: 16 random hex digits. Idempotency keys start with it. */
  readonly runId?: string;
  /** Default: the event's source, or `local`. */
  readonly sessionId?: string;
  /** Configuration that the program sees as `vars`. */
  readonly vars?: JsonObject;
  /** Values of the secrets that calls name. */
  readonly secrets?: SecretSource;
  /** Aborting it cancels the run, gracefully. */
  readonly signal?: AbortSignal;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
  /** Enforces policies of calls among all runs that share it; default: one for the run and those that it starts. */
  readonly gate?: CallGate;
  /** Locks among all runs that share them; default: those for the run and those that it starts. */
  readonly locks?: LocalLocks;
  /** Definitions by name, for `run:start` and for what definitions are linked with. */
  readonly definitions?: (name: string) => AnyExecutable | undefined;
  /** Takes what runs publish. What it throws fails the call that publishes. */
  readonly onPublish?: (event: PublishedEvent) => void | Promise<void>;
  readonly observers?: readonly RunObserver[];
  /**
   * Told once of each observer that failed, and is told nothing more; and of a run that cannot go on here when nobody has asked for
   * its end by the end of that turn. Default: a warning of the process.
   */
  readonly warn?: (text: string) => void;
  /** Takes a run that goes on over to the given definition, if its program can: it is otherwise bound to its own for life. */
  readonly migrate?: boolean;
  /** Whether `ended` has all events. They take memory as long as the run lives. Only of this process. */
  readonly keepEvents?: boolean;
  /** `hold`: a call whose tries are used up waits until it is requeued, and its program is not told. Default `fail`. */
  readonly deadLetters?: 'fail' | 'hold';
  /** Of one output of a handler, as JSON text; default 8 MiB. */
  readonly outputBytesMax?: number;
  /** How many `custom` items a stream keeps for a slow watcher; default 1,000, and 8 MiB of them. */
  readonly progressMax?: number;
  /** How many other items a stream keeps; default 10,000. */
  readonly streamItemsMax?: number;
  /** How long a call without a limit of its own may take, retries included; default: as long as it likes. */
  readonly timeoutMs?: number;
  /** How long a try may go without `progress` or `emit`; default: as long as it likes. */
  readonly idleTimeoutMs?: number;
  /** A frame is stored after every so many records: reading any checkpoint reads at most so many. 1 to 10,000; default 64. */
  readonly frameEvery?: number;
}

export const LOCAL_DEFAULTS = {
  outputBytesMax: 8 * 1024 * 1024,
  progressMax: 1_000,
  progressBytesMax: 8 * 1024 * 1024,
  streamItemsMax: 10_000,
  frameEvery: 64,
  frameEveryMax: 10_000,
  /** Runs that start runs that start runs: deeper ones are mostly a definition that starts itself. */
  depthMax: 32,
} as const;
