import type { ErrorData, Instant, Json, Outcome } from 'tau-core';

/** What every observed event says. */
export interface Observed {
  readonly runId: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch, by the host's clock. Events of one run come in order; times never fall. */
  readonly timeMs: Instant;
}

/** A run begins to be watched. */
export interface RunStarted extends Observed {
  readonly type: 'run.started';
  /** Kind of its program, e.g. `flow`. */
  readonly program: string;
  /** Name of its definition, where it has one. */
  readonly name?: string;
  /** See `versionOf`. */
  readonly version?: string;
  /** The run that started it by a call. */
  readonly parentRunId?: string;
  /** W3C Trace Context of what caused it. */
  readonly traceparent?: string;
  /** How long it had waited to be started, where its host knows. */
  readonly waitedMs?: number;
  /** It goes on after its host's restart, or is a fork. */
  readonly isResumed?: true;
}

/**
 * Something happened at one place of a run: what its program narrates. Each place that starts ends once, by `completed`,
 * `failed`, `skipped` or `cancelled`, before the place that it lies in; it may start again after that. One that never started may be
 * `skipped`.
 */
export interface PlaceObserved extends Observed {
  readonly type: `place.${'started' | 'completed' | 'failed' | 'skipped' | 'cancelled' | 'asked' | 'committed'}`;
  /** The place as a path: `classify`, `act.step2`, `research[3].score`. */
  readonly at: string;
  /** What people call it, where that is not its path. */
  readonly label?: string;
  readonly output?: Json;
  readonly error?: ErrorData;
}

/** What every event of a call says. */
interface CallObserved extends Observed {
  /** Unique in the run. */
  readonly callId: string;
  /** `<kind>:<name>`, e.g. `model:classify`. */
  readonly capability: string;
  /** The innermost open place that the call belongs to, where its id tells it. */
  readonly at?: string;
}

/** A policy (rate, bulkhead) makes an attempt wait. */
export interface CallWaiting extends CallObserved {
  readonly type: 'call.waiting';
  /** The attempt that waits, from 1. */
  readonly attempt: number;
}

/** An attempt begins: the capability's provider is asked. */
export interface CallAttempted extends CallObserved {
  readonly type: 'call.attempt';
  /** 1 for the first. */
  readonly attempt: number;
  /** How long a policy made it wait; absent: not at all. */
  readonly waitedMs?: number;
}

/** An attempt failed, and another one follows. */
export interface CallRetried extends CallObserved {
  readonly type: 'call.retry';
  /** The attempt that failed. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: ErrorData;
}

/** A call has its outcome, or was withdrawn (`cancelled`). */
export interface CallSettled extends CallObserved {
  readonly type: 'call.settled';
  /** Attempts that were made; 0 when none was. */
  readonly attempts: number;
  readonly outcome: Outcome['kind'];
  readonly error?: ErrorData;
}

/** A lock is asked for, held, lost or given back. */
export interface LockObserved extends Observed {
  readonly type: `lock.${'claimed' | 'granted' | 'revoked' | 'released'}`;
  readonly lockId: string;
  /** Absent where the program knows the lock by its id only. */
  readonly key?: string;
  readonly reason?: string;
}

/** A run got a name of its own, as `run-name` of workflows gives one. */
export interface RunNamed extends Observed {
  readonly type: 'run.named';
  readonly label: string;
}

/** Somebody outside spoke to the run: a message, an edit, a wish to cancel it. */
export interface RunTold extends Observed {
  readonly type: `run.${'message' | 'edit' | 'cancel'}`;
  readonly reason?: string;
}

/** A run's last event. */
export interface RunEnded extends Observed {
  readonly type: 'run.ended';
  readonly outcome: Outcome;
}

/** What can be seen of a run from outside. Types are added in time: ignore those that you do not know. */
export type ObservedEvent =
  | RunStarted
  | RunNamed
  | PlaceObserved
  | CallWaiting
  | CallAttempted
  | CallRetried
  | CallSettled
  | LockObserved
  | RunTold
  | RunEnded;

/**
 * Watches runs: told of each event at once, in order, synchronously, from the host's own step. So it must be quick, and what it
 * does has no part in the run: when it throws, it is told nothing more, the host warns once, and the run goes on.
 */
export interface RunObserver {
  observe(event: ObservedEvent): void;
  /** W3C Trace Context for what an attempt calls, so that its provider's spans become the attempt's children. */
  traceparentOf?(runId: string, callId: string): string | undefined;
}

/** Several observers as one that never throws. */
export class Observers implements RunObserver {
  #observers: readonly RunObserver[];
  readonly #warn: (text: string) => void;

  /** @param warn is given one line for each observer that is dropped. */
  constructor(observers: readonly RunObserver[], warn: (text: string) => void) {
    this.#observers = observers;
    this.#warn = warn;
  }

  get isEmpty(): boolean {
    return this.#observers.length === 0;
  }

  observe(event: ObservedEvent): void {
    for (const observer of this.#observers) this.#guarded(observer, () => observer.observe(event));
  }

  /** That of the first observer that has one. */
  traceparentOf(runId: string, callId: string): string | undefined {
    for (const observer of this.#observers) {
      const traceparent = this.#guarded(observer, () => observer.traceparentOf?.(runId, callId));
      if (traceparent !== undefined) return traceparent;
    }
    return undefined;
  }

  #guarded<T>(observer: RunObserver, act: () => T): T | undefined {
    try {
      return act();
    } catch (thrown) {
      this.#observers = this.#observers.filter((other) => other !== observer);
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      this.#warn(`an observer of runs failed and is told nothing more: ${text}`);
      return undefined;
    }
  }
}
