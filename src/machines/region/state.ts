import type { Map as ImmutableMap, OrderedMap } from 'immutable';
import type {
  Budget,
  CallId,
  CallPolicy,
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
  SecretPlaces,
  Usage,
} from 'tau-core';
import type { LockClaim, LockTable } from 'tau-orchestrate';
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

/** What a call may do, by scope; absent sets no bound. */
export interface Grants {
  readonly [scope: string]: 'read' | 'write' | 'none';
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
  readonly policy?: CallPolicy;
  readonly secrets?: SecretPlaces;
  readonly grants?: Grants;
  readonly question?: Question;
  readonly answer?: Json;
  /** Asked for by a program that had been told of a cancel: its retries go on while the run is being cancelled. */
  readonly sinceCancel?: true;
}

/** A lock as its run's program knows it: asked for, or held. */
export interface LockState {
  readonly claim: LockClaim;
  /** The program was told that it holds it. */
  readonly granted: boolean;
}

/** What a program must still be told of a lock. */
export interface LockNews {
  readonly runId: RunId;
  readonly lockId: CallId;
  /** Why it is lost; absent says that it is held. */
  readonly revoked?: string;
}

/** The call that started a run. */
export interface ParentCall {
  readonly regionId: RegionId;
  readonly runId: RunId;
  readonly callId: CallId;
  readonly attempt: number;
  /** The call ends with the run, and the run is cancelled when nobody waits for the call any more. */
  readonly waits: boolean;
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
  /** In flight, by id. Persistent, since a wide fan-out changes it at every step. */
  readonly calls: ImmutableMap<string, CallState>;
  readonly callsTotal: number;
  /** Absent while it has asked for none. */
  readonly locks?: readonly LockState[];
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
  readonly parent?: ParentCall;
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
  readonly parent?: ParentCall;
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
  /** Who holds and who waits for the session's locks. */
  readonly locks: LockTable;
  /** In the order in which they are told. */
  readonly lockNews: readonly LockNews[];
}
