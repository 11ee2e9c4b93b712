import { jsonFromText, jsonObjectFromText } from '../contract/json-text.js';
import * as kernelv1 from '../contract/kernel-v1.js';
import { outcomeFromProto, usageFromProto } from '../contract/outcome.js';
import type { Json, JsonObject } from '../vocabulary/json.js';
import type { Outcome, Usage } from '../vocabulary/outcome.js';

/** Where a run stands; `unknown` is a status of a newer kernel. */
export type RunStatusName = 'running' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';

/** A question that a run waits on. */
export interface InterruptView {
  readonly interruptId: string;
  /** Must be sent back with the answer. */
  readonly version: number;
  readonly question: string;
  /** JSON Schema of the answer; absent accepts any JSON. */
  readonly answerSchema?: Json;
  readonly askedMs: number;
  /** The answer is `{ action, value? }` with one of these; absent accepts any JSON. */
  readonly actions?: readonly string[];
}

/** A run as the kernel shows it. */
export interface RunView {
  readonly runId: string;
  readonly sessionId: string;
  readonly definitionName: string;
  readonly definitionVersion: string;
  readonly program: string;
  readonly status: RunStatusName;
  /** Present once the run has ended. */
  readonly outcome?: Outcome;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly startedMs: number;
  /** Present once the run has ended. */
  readonly endedMs?: number;
  readonly deadlineMs?: number;
  readonly interrupts: readonly InterruptView[];
  readonly usage: Usage;
  /** Pieces of work that it has asked for. */
  readonly calls: number;
  /** Id of the event, run or request that caused it. */
  readonly cause?: string;
  readonly forkedFrom?: string;
  /** What its program shows of its state; of `getRun` alone, while the run is in progress. */
  readonly view?: JsonObject;
  /** Why there is no view: it is larger than the kernel's limit `viewBytesMax`, or the program failed to give one. */
  readonly viewRefusal?: string;
}

const STATUS_FROM_PROTO: { readonly [status: number]: RunStatusName } = {
  [kernelv1.RunStatus.RUNNING]: 'running',
  [kernelv1.RunStatus.PAUSED]: 'paused',
  [kernelv1.RunStatus.CANCELLING]: 'cancelling',
  [kernelv1.RunStatus.SUCCEEDED]: 'succeeded',
  [kernelv1.RunStatus.FAILED]: 'failed',
  [kernelv1.RunStatus.CANCELLED]: 'cancelled',
};

const STATUS_TO_PROTO: { readonly [Name in RunStatusName]: kernelv1.RunStatus } = {
  running: kernelv1.RunStatus.RUNNING,
  paused: kernelv1.RunStatus.PAUSED,
  cancelling: kernelv1.RunStatus.CANCELLING,
  succeeded: kernelv1.RunStatus.SUCCEEDED,
  failed: kernelv1.RunStatus.FAILED,
  cancelled: kernelv1.RunStatus.CANCELLED,
  unknown: kernelv1.RunStatus.UNSPECIFIED,
};

export function runStatusToProto(status: RunStatusName): kernelv1.RunStatus {
  return STATUS_TO_PROTO[status];
}

export function runView(proto: kernelv1.Run): RunView {
  return {
    runId: proto.runId,
    sessionId: proto.sessionId,
    definitionName: proto.definitionName,
    definitionVersion: proto.definitionVersion,
    program: proto.program,
    status: STATUS_FROM_PROTO[proto.status] ?? 'unknown',
    ...(proto.outcome === undefined ? {} : { outcome: outcomeFromProto(proto.outcome) }),
    firstSeq: proto.firstSeq,
    lastSeq: proto.lastSeq,
    startedMs: proto.startedMs,
    ...(proto.endedMs === 0 ? {} : { endedMs: proto.endedMs }),
    ...(proto.deadlineMs === 0 ? {} : { deadlineMs: proto.deadlineMs }),
    interrupts: proto.interrupts.map(interruptView),
    usage: usageFromProto(proto.usage) ?? { tokens: 0, costMicros: 0 },
    calls: proto.calls,
    ...(proto.cause === '' ? {} : { cause: proto.cause }),
    ...(proto.forkedFrom === '' ? {} : { forkedFrom: proto.forkedFrom }),
  };
}

/** A run with what its program shows. */
export function viewedRun({ viewJson, viewRefusal }: kernelv1.GetRunResponse, run: RunView): RunView {
  return {
    ...run,
    ...(viewJson !== '' && { view: jsonObjectFromText(viewJson, `the view of ${run.runId}`) }),
    ...(viewRefusal !== '' && { viewRefusal }),
  };
}

function interruptView(proto: kernelv1.Interrupt): InterruptView {
  return {
    interruptId: proto.interruptId,
    version: proto.version,
    question: proto.question,
    ...(proto.answerSchemaJson === ''
      ? {}
      : { answerSchema: jsonFromText(proto.answerSchemaJson, `answer schema of ${proto.interruptId}`) }),
    askedMs: proto.askedMs,
    ...(proto.actions.length > 0 && { actions: proto.actions }),
  };
}
