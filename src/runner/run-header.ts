import type { Json, JsonObject, Outcome, RunBegin } from 'tau-core';
import type { DeadLetterNote } from './run-books.js';

/** The record after which a fork took over. */
export interface ForkPoint {
  readonly runId: string;
  readonly seq: number;
  /** The call whose dead letter it makes again: that letter is no longer one. */
  readonly again?: string;
}

/** What is fixed as a run is made. Secrets were taken out of it. A format for ever. */
export interface RunHeader {
  readonly format: 1;
  readonly runId: string;
  /** Of its program, e.g. `flow`. */
  readonly kind: string;
  /** Version of the definition that it began with: see `versionOf`. */
  readonly version: string;
  readonly begin: RunBegin;
  /** A frame is kept after every so many records. */
  readonly frameEvery: number;
  /** The name by which another run started it. */
  readonly name?: string;
  /** The run that started it, by its call. */
  readonly parent?: { readonly runId: string; readonly callId: string };
  /** How many runs are above it. */
  readonly depth?: number;
  readonly forkedFrom?: ForkPoint;
  /** What a fork starts from. */
  readonly start?: { readonly state: Json; readonly books: JsonObject };
}

/** What changes, and is seen without reading the run. */
export interface RunStatus {
  readonly outcome?: Outcome['kind'];
  readonly endedMs?: number;
  /** Calls whose tries were used up; at most 100. */
  readonly dead?: readonly (DeadLetterNote & { readonly seq: number })[];
}
