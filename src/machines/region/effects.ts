import type { Budget, CallId, CallPolicy, ErrorData, Principal, RegionId, RunId, WorkId } from 'tau-core';

/** One attempt of a call, ready to be given to a provider. */
export interface WorkOrder {
  readonly workId: WorkId;
  readonly attempt: number;
  readonly regionId: RegionId;
  readonly runId: RunId;
  readonly callId: CallId;
  readonly capability: string;
  /** The input as JSON text: written once, for the size that credits count and for the frame. */
  readonly inputJson: string;
  readonly deadlineMs: number;
  readonly notBeforeMs: number;
  readonly redelivered: boolean;
  readonly priority: number;
  readonly fairnessKey: string;
  readonly stickyKey?: string;
  readonly principal?: Principal;
  readonly traceparent?: string;
  readonly budget?: Budget;
  /** The answer to the call's question as JSON text; empty when there is none. */
  readonly answerJson: string;
  readonly policy?: CallPolicy;
  /** Where the input has secrets, as JSON text; absent for none. */
  readonly secretsJson?: string;
  /** What the work may do, as JSON text; absent sets no bound. */
  readonly grantsJson?: string;
}

/** What a region answers to an input. */
export type RegionReply =
  | {
      readonly ok: true;
      readonly seq: number;
      readonly runId?: RunId;
      readonly runIds?: readonly string[];
      readonly fresh: boolean;
    }
  | { readonly ok: false; readonly error: ErrorData };

/** What a region asks its shell to do, after the events of the decision are durable. */
export type RegionEffect =
  | { readonly type: 'reply'; readonly reply: RegionReply }
  | { readonly type: 'dispatch'; readonly order: WorkOrder }
  /** Nobody waits for this work any more: take it from the queue, or tell its handler to stop. */
  | { readonly type: 'withdraw'; readonly workId: WorkId; readonly reason: string }
  /** Work of this run that no provider has yet goes back: the run is paused and will ask again. */
  | { readonly type: 'hold'; readonly runId: RunId }
  /** Tell the region `tellLocks`: more programs are to be told of their locks than fit one decision. */
  | { readonly type: 'tellLocks'; readonly regionId: RegionId };
