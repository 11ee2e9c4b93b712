import type { Budget, CallId, CloudEvent, Json, JsonObject, Outcome, Principal, RunId, Usage } from 'tau-core';
import type { BoundDefinition, ContextItem, ParentCall, RunState } from './state.js';

/** How a run is to begin, whoever asks for it. */
export interface RunRequest {
  readonly runId: RunId;
  readonly bound: BoundDefinition;
  readonly input: JsonObject;
  readonly event?: CloudEvent;
  readonly startKey?: string;
  readonly timeoutMs?: number;
  readonly budget?: Budget;
  readonly priority?: number;
  readonly fairnessKey?: string;
  readonly principal?: Principal;
  readonly traceparent?: string;
  readonly cause: string;
  readonly parent?: ParentCall;
}

export type MessageMode = 'append' | 'steer' | 'interrupt' | 'replace';

/** What a region is told. Ids, definitions and other regions' facts come in here: the machine looks nothing up. */
export type RegionInput =
  | {
      readonly type: 'createSession';
      readonly durable: boolean;
      readonly context: readonly ContextItem[];
      readonly principal?: Principal;
      readonly forkedFrom?: string;
    }
  | { readonly type: 'addContext'; readonly context: readonly ContextItem[] }
  | { readonly type: 'deleteSession' }
  | { readonly type: 'putDefinition'; readonly bound: BoundDefinition }
  | { readonly type: 'removeDefinition'; readonly name: string }
  /** An event from outside, with the runs that it starts according to the catalogue. */
  | {
      readonly type: 'publish';
      readonly event: CloudEvent;
      readonly durable: boolean;
      readonly starts: readonly RunRequest[];
    }
  | { readonly type: 'startRun'; readonly request: RunRequest }
  | {
      readonly type: 'forkRun';
      readonly runId: RunId;
      readonly source: RunState;
      readonly startKey?: string;
      /** A change of the state that the fork begins with. */
      readonly edit?: JsonObject;
    }
  /** Brings a run to another version of its definition; `checkOnly` changes nothing. */
  | { readonly type: 'migrateRun'; readonly runId: RunId; readonly bound: BoundDefinition; readonly checkOnly: boolean }
  /** `once`: a run that is being cancelled already is not told again. */
  | {
      readonly type: 'cancelRun';
      readonly runId: RunId;
      readonly kill: boolean;
      readonly reason: string;
      readonly once?: boolean;
    }
  | { readonly type: 'pauseRun'; readonly runId: RunId }
  | { readonly type: 'resumeRun'; readonly runId: RunId }
  | {
      readonly type: 'message';
      readonly runId: RunId;
      readonly mode: MessageMode;
      readonly content: Json;
      readonly key?: string;
    }
  | {
      readonly type: 'answer';
      readonly runId: RunId;
      readonly callId: CallId;
      readonly version: number;
      readonly answer: Json;
    }
  /** An attempt of a call has ended. */
  | {
      readonly type: 'settle';
      readonly runId: RunId;
      readonly callId: CallId;
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly usage?: Usage;
    }
  /** The provider of an attempt is gone. */
  | {
      readonly type: 'lost';
      readonly runId: RunId;
      readonly callId: CallId;
      readonly attempt: number;
      readonly message: string;
    }
  /** Goes on with telling programs of their locks, when one decision could not tell all. */
  | { readonly type: 'tellLocks' }
  /** A run's deadline has come. */
  | { readonly type: 'wake'; readonly runId: RunId };
