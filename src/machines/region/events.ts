import type {
  Budget,
  CallId,
  CloudEvent,
  ErrorData,
  Hlc,
  Json,
  Outcome,
  Principal,
  ProgramInput,
  RunBegin,
  RunId,
  Usage,
} from 'tau-core';
import type { LockClaim } from 'tau-orchestrate';
import type { RunImage } from './open-calls.js';
import type { BoundDefinition, CallState, ContextItem, ParentCall, Question, RunState } from './state.js';

/** Fields of every event about a run. `prev`: sequence number of the run's event before it, 0 for the first. */
interface OfRun {
  readonly runId: RunId;
  readonly prev: number;
}

/**
 * What a region journals. These shapes are forever: members are added as optional, none is renamed or removed,
 * and old journals are read by new code (`test/old-journals.test.ts`).
 */
export type RegionEventBody =
  | {
      readonly type: 'session.created';
      readonly durable: boolean;
      readonly context: readonly ContextItem[];
      readonly principal?: Principal;
      readonly forkedFrom?: string;
    }
  | { readonly type: 'context.added'; readonly context: readonly ContextItem[] }
  | { readonly type: 'session.deleted' }
  | { readonly type: 'definition.put'; readonly bound: BoundDefinition }
  | { readonly type: 'definition.removed'; readonly name: string }
  | { readonly type: 'definition.adopted'; readonly bound: BoundDefinition }
  | { readonly type: 'event.received'; readonly event: CloudEvent; readonly runIds: readonly string[] }
  | (OfRun & {
      readonly type: 'run.started';
      readonly definition: RunState['definition'];
      readonly begin: RunBegin;
      readonly budget: Budget;
      readonly priority: number;
      readonly fairnessKey: string;
      readonly deadlineMs: number;
      readonly principal?: Principal;
      readonly traceparent?: string;
      readonly cause: string;
      readonly parent?: ParentCall;
      /** Remembered so that a second start with the same key finds this run. */
      readonly startKey?: string;
    })
  | (OfRun & { readonly type: 'run.forked'; readonly run: RunImage; readonly startKey?: string })
  /** A program was told something: its events, and what it asked for. One record for each decision of a program. */
  | (OfRun & {
      readonly type: 'run.advanced';
      readonly input: ProgramInput;
      readonly events: readonly Json[];
      readonly calls: readonly CallState[];
      /** Calls that the program gave up; they are gone. */
      readonly cancelled: readonly CallId[];
      /** Locks given back, before those below are claimed. */
      readonly released?: readonly CallId[];
      readonly locks?: readonly LockClaim[];
      /** What the settled call spent in its last attempt. */
      readonly usage?: Usage;
      /** The call's attempts were used up. */
      readonly dead?: ErrorData;
      /** The first message of the inbox was delivered. */
      readonly fromInbox?: boolean;
      readonly messageKey?: string;
    })
  /** The run goes on under another version of its definition, with this state of its program. */
  | (OfRun & { readonly type: 'run.migrated'; readonly definition: RunState['definition']; readonly program: Json })
  | (OfRun & { readonly type: 'run.cancelling'; readonly reason: string })
  | (OfRun & { readonly type: 'run.paused' })
  | (OfRun & { readonly type: 'run.resumed' })
  /** A message waits until no call is in flight; `replace` discards those that waited before it. */
  | (OfRun & {
      readonly type: 'run.message.queued';
      readonly content: Json;
      readonly replace: boolean;
      readonly messageKey?: string;
    })
  /** An attempt failed and another one follows. */
  | (OfRun & {
      readonly type: 'call.retrying';
      readonly callId: CallId;
      readonly error: ErrorData;
      readonly redelivered: boolean;
      readonly notBeforeMs: number;
      readonly usage?: Usage;
    })
  /** The provider vanished with the call in its hands; another attempt follows at once. */
  | (OfRun & { readonly type: 'call.lost'; readonly callId: CallId; readonly error: ErrorData })
  | (OfRun & {
      readonly type: 'call.asked';
      readonly callId: CallId;
      readonly question: Question;
      readonly usage?: Usage;
    })
  | (OfRun & { readonly type: 'call.answered'; readonly callId: CallId; readonly answer: Json })
  | (OfRun & { readonly type: 'run.ended'; readonly outcome: Outcome });

/** An event in its place. */
export interface RegionEvent {
  readonly seq: number;
  readonly hlc: Hlc;
  readonly body: RegionEventBody;
}

/** The run that an event is about; empty for events of the region itself. */
export function eventSubject(body: RegionEventBody): string {
  return 'runId' in body ? body.runId : '';
}
