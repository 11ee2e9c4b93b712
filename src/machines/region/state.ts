import type { Map as ImmutableMap, OrderedMap } from 'immutable';
import type {
  Budget,
  CallId,
  ErrorData,
  Hlc,
  Json,
  JsonObject,
  Outcome,
  Principal,
  RegionId,
  RetryPolicy,
  RunBegin,
  RunId,
  Usage,
} from 'tau-core';
import type { SeenKeys } from './seen-keys.js';

/** A piece of context, as a client sent it: `tau.core.v1.Content` in JSON form; binary bodies are base64. */
export interface ContextItem {
  readonly mediaType: string;
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
  readonly uri?: string;
}

export interface SessionState {
  readonly durable: boolean;
  readonly createdMs: number;
  readonly context: readonly ContextItem[];
  readonly principal?: Principal;
  readonly forkedFrom?: string;
  readonly deleted: boolean;
}

/** A definition as runs are bound to it: by the version, which is the hash of its content. */
export interface BoundDefinition {
  readonly name: string;
  readonly program: string;
  readonly version: string;
  readonly definition: Json;
}

/** An open question of a call, answered with `version`. */
export interface Question {
  readonly version: number;
  readonly text: string;
  readonly schema?: Json;
  readonly askedMs: number;
}

/** A call that has not settled yet. */
export interface CallState {
  readonly callId: CallId;
  readonly capability: string;
  readonly input: JsonObject;
  /** 1, 2, ...: every dispatch after a failure, a loss or an answer is a new attempt. */
  readonly attempt: number;
  /** Failed attempts; only these count against the retry policy. */
  readonly failures: number;
  readonly requestedMs: number;
  readonly deadlineMs: number;
  /** Not to be dispatched earlier than this: backoff after a failure. */
  readonly notBeforeMs: number;
  /** An earlier attempt may have taken effect. */
  readonly redelivered: boolean;
  readonly retry?: RetryPolicy;
  readonly stickyKey?: string;
  readonly question?: Question;
  readonly answer?: Json;
}

export type RunPhase = 'running' | 'paused' | 'cancelling';

/** A run in progress. */
export interface RunState {
  readonly runId: RunId;
  readonly definition: { readonly name: string; readonly program: string; readonly version: string };
  readonly begin: RunBegin;
  readonly phase: RunPhase;
  /** The program's own state. */
  readonly program: Json;
  readonly calls: { readonly [callId: string]: CallState };
  readonly callsTotal: number;
  /** Messages that wait until no call is in flight. */
  readonly inbox: readonly Json[];
  readonly usage: Usage;
  readonly budget: Budget;
  readonly priority: number;
  readonly fairnessKey: string;
  readonly deadlineMs: number;
  readonly principal?: Principal;
  readonly traceparent?: string;
  readonly cause: string;
  readonly forkedFrom?: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** What stays in memory of a run that ended; the rest is in the journal. */
export interface EndedRun {
  readonly runId: RunId;
  readonly definition: RunState['definition'];
  readonly outcome: Outcome;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly deadlineMs: number;
  readonly usage: Usage;
  readonly callsTotal: number;
  readonly cause: string;
  readonly forkedFrom?: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** A call whose attempts are used up. */
export interface DeadLetter {
  readonly runId: RunId;
  readonly callId: CallId;
  readonly capability: string;
  readonly error: ErrorData;
  /** The event that settled it. */
  readonly seq: number;
  readonly timeMs: number;
}

/** What is remembered of an accepted event, to answer its second delivery. */
export type AcceptedEvent = { readonly seq: number; readonly runIds: readonly string[] };

/** All of a region. Immutable: a draft that is thrown away leaves no trace. */
export interface RegionState {
  readonly id: RegionId;
  readonly seq: number;
  readonly hlc: Hlc;
  readonly session: SessionState | undefined;
  readonly runs: ImmutableMap<string, RunState>;
  readonly ended: OrderedMap<string, EndedRun>;
  readonly runsTotal: number;
  /** Definitions that runs of this region are bound to, by version. */
  readonly adopted: ImmutableMap<string, BoundDefinition>;
  /** Active definitions by name; used by the catalogue's region only. */
  readonly catalogue: ImmutableMap<string, BoundDefinition>;
  readonly events: SeenKeys<AcceptedEvent>;
  readonly starts: SeenKeys<string>;
  readonly deadLetters: readonly DeadLetter[];
}
