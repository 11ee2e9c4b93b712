import type { ErrorCode } from '../vocabulary/error-catalogue.js';
import { isJsonObject, type Json, type JsonObject } from '../vocabulary/json.js';
import { type ErrorData, errorData } from '../vocabulary/tau-error.js';
import * as corev1 from './core-v1.js';
import type { Mutable } from './mutable.js';

/** Causes that cross a process; deeper ones are dropped. A chain is for reading, and 8 links are a story. */
export const CAUSE_DEPTH_MAX = 8;

const CODE_TO_PROTO: { readonly [Code in ErrorCode]: corev1.ErrorCode } = {
  invalid: corev1.ErrorCode.INVALID,
  'not-found': corev1.ErrorCode.NOT_FOUND,
  'already-exists': corev1.ErrorCode.ALREADY_EXISTS,
  conflict: corev1.ErrorCode.CONFLICT,
  denied: corev1.ErrorCode.DENIED,
  unauthenticated: corev1.ErrorCode.UNAUTHENTICATED,
  exhausted: corev1.ErrorCode.EXHAUSTED,
  unavailable: corev1.ErrorCode.UNAVAILABLE,
  deadline: corev1.ErrorCode.DEADLINE,
  cancelled: corev1.ErrorCode.CANCELLED,
  unsupported: corev1.ErrorCode.UNSUPPORTED,
  internal: corev1.ErrorCode.INTERNAL,
};

const CODE_FROM_PROTO: readonly (ErrorCode | undefined)[] = (Object.keys(CODE_TO_PROTO) as ErrorCode[]).reduce(
  (table: (ErrorCode | undefined)[], code) => {
    table[CODE_TO_PROTO[code]] = code;
    return table;
  },
  [],
);

/** An error as it travels. Loses nothing but causes below `CAUSE_DEPTH_MAX`. */
export function errorToProto(data: ErrorData, depth = 0): corev1.Error {
  return {
    code: CODE_TO_PROTO[data.code],
    id: data.id,
    message: data.message,
    outcome: data.outcome === 'unknown' ? corev1.ErrorOutcome.UNKNOWN : corev1.ErrorOutcome.NOT_DONE,
    retryable: data.retryable,
    retryAfterMs: data.retryAfterMs ?? 0,
    detailsJson: data.details === undefined ? '' : JSON.stringify(data.details),
    cause: data.cause === undefined || depth >= CAUSE_DEPTH_MAX ? undefined : errorToProto(data.cause, depth + 1),
  };
}

/**
 * An error that arrived. Total: a code that this version does not know is `internal`, an outcome that it does not
 * know is `unknown`, details that are no JSON object are left out, and no error at all is an INTERNAL one.
 */
export function errorFromProto(proto: corev1.Error | undefined, depth = 0): ErrorData {
  if (proto === undefined) return errorData('INTERNAL', 'the peer reported a failure and did not say which');
  const data: Mutable<ErrorData> = {
    code: CODE_FROM_PROTO[proto.code] ?? 'internal',
    id: proto.id,
    message: proto.message,
    outcome: proto.outcome === corev1.ErrorOutcome.NOT_DONE ? 'not-done' : 'unknown',
    retryable: proto.retryable,
  };
  if (proto.retryAfterMs !== 0) data.retryAfterMs = proto.retryAfterMs;
  const details = proto.detailsJson === '' ? undefined : detailsFrom(proto.detailsJson);
  if (details !== undefined) data.details = details;
  if (proto.cause !== undefined && depth < CAUSE_DEPTH_MAX) data.cause = errorFromProto(proto.cause, depth + 1);
  return data;
}

function detailsFrom(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
