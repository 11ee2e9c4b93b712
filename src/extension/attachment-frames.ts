import type * as corev1 from '../contract/core-v1.js';
import type { Hello, Result, UpFrame, WorkRef } from '../contract/extension-v1.js';

/** What a small control frame counts in a message. */
export const CONTROL_FRAME_BYTES = 32;

export function helloFrame(hello: Hello): UpFrame {
  return { frame: { $case: 'hello', value: hello } };
}

export function creditFrame(items: number, bytes: number): UpFrame {
  return { frame: { $case: 'credit', value: { items, bytes } } };
}

export function resultFrame(result: Result): UpFrame {
  return { frame: { $case: 'result', value: result } };
}

export function progressFrame(ref: WorkRef, content: corev1.Content): UpFrame {
  return { frame: { $case: 'progress', value: { ref, content } } };
}

export function pongFrame(nonce: number): UpFrame {
  return { frame: { $case: 'pong', value: { nonce } } };
}

export function leavingFrame(): UpFrame {
  return { frame: { $case: 'leaving', value: {} } };
}

export function sameRef(a: WorkRef, b: WorkRef): boolean {
  return a.fence === b.fence && a.attempt === b.attempt && a.workId === b.workId;
}

/** About how many bytes an outcome takes on the wire. Text counts by UTF-16 code units: enough for a limit. */
export function outcomeBytes(outcome: corev1.Outcome): number {
  const kind = outcome.kind;
  switch (kind?.$case) {
    case 'ok':
      return CONTROL_FRAME_BYTES + kind.value.outputJson.length;
    case 'failed':
    case 'unknown':
      return CONTROL_FRAME_BYTES + errorBytes(kind.value);
    case 'inputRequired':
      return CONTROL_FRAME_BYTES + kind.value.question.length + kind.value.answerSchemaJson.length;
    default:
      return CONTROL_FRAME_BYTES;
  }
}

function errorBytes(error: corev1.Error): number {
  const own = CONTROL_FRAME_BYTES + error.message.length + error.detailsJson.length;
  return error.cause === undefined ? own : own + errorBytes(error.cause);
}

/** About how many bytes a piece of content takes on the wire. */
export function contentBytes(content: corev1.Content): number {
  return CONTROL_FRAME_BYTES + (content.body?.value.length ?? 0);
}
