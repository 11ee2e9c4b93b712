import { jsonObjectFromText } from '../contract/json-text.js';
import type * as kernelv1 from '../contract/kernel-v1.js';
import type { JsonObject } from '../vocabulary/json.js';
import { type Content, contentFromProto, textContent } from './content.js';

/** One event of a run, as journaled. */
export interface RunEvent {
  /** Region sequence number. */
  readonly seq: number;
  /** Sequence number of this run's event before it; 0 for the first. */
  readonly prevSeq: number;
  readonly runId: string;
  /** e.g. `run.started`, `run.ended`. */
  readonly type: string;
  /** Milliseconds since the epoch, by the kernel's clock. */
  readonly timeMs: number;
  readonly hlc: string;
  /** Its shape belongs to the type. */
  readonly data: JsonObject;
}

/** Output of a piece of work in progress. */
export interface RunProgress {
  /** The call that the work belongs to. */
  readonly callId: string;
  readonly content: Content;
  readonly timeMs: number;
}

/** Sequence numbers that can not be given any more; both ends inclusive. */
export interface Gap {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** Whether the gap of a message comes before its events: `firstSeq` is that of the first one, undefined without any. */
export function gapComesFirst(gap: Gap, firstSeq: number | undefined): boolean {
  return firstSeq === undefined || gap.fromSeq < firstSeq;
}

export function runEventFromProto(proto: kernelv1.RunEvent): RunEvent {
  return {
    seq: proto.seq,
    prevSeq: proto.prevSeq,
    runId: proto.runId,
    type: proto.type,
    timeMs: proto.timeMs,
    hlc: proto.hlc,
    data: jsonObjectFromText(proto.dataJson, `data of event ${proto.seq}`),
  };
}

export function runProgressFromProto({ callId, content, timeMs }: kernelv1.RunProgress): RunProgress {
  return { callId, content: content === undefined ? textContent('') : contentFromProto(content), timeMs };
}
