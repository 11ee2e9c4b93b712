import { type ErrorData, errorData, type Outcome, toErrorData } from 'tau-core';
import type { SecretMask } from './secret-mask.js';
import { takeJson } from './take-json.js';

/** An error is read by people: details beyond this are an output that took the wrong way. */
const ERROR_BYTES_MAX = 64 * 1024;
const MESSAGE_CHARS_MAX = 4_096;

/** What a handler threw, whatever it is, as an error without secrets. */
export function thrownError(thrown: unknown, mask: SecretMask): ErrorData {
  let error: ErrorData;
  try {
    error = toErrorData(thrown, 'HANDLER_FAILED');
  } catch {
    return errorData('HANDLER_FAILED', 'the handler threw a value that cannot be shown');
  }
  try {
    return takeJson(error, { bytesMax: ERROR_BYTES_MAX, mask }) as unknown as ErrorData;
  } catch {
    const { details: _details, cause: _cause, retryAfterMs: _retryAfterMs, ...rest } = error;
    return { ...rest, message: mask.text(String(rest.message).slice(0, MESSAGE_CHARS_MAX)) };
  }
}

/** An error says itself whether the work may have happened all the same. */
export function endedBy(error: ErrorData): Outcome {
  return { kind: error.outcome === 'unknown' ? 'unknown' : 'failed', error };
}
