import { TauError, tauError } from 'tau-core';

/** Of one record as text, in UTF-16 units. Far above what `outputBytesMax` lets through, and below what stores can hold. */
export const RECORD_CHARS_MAX = 64 * 1024 * 1024;
/** Of what a frame says of a run's state. */
export const FRAME_CHARS_MAX = 128 * 1024 * 1024;
/** What is stored at once goes on growing until it has so much. */
export const GROUP_CHARS_MAX = 16 * 1024 * 1024;

const WHAT_TO_DO = 'let handlers keep large data elsewhere, and give references to it';

/** @throws TauError LIMIT_EXCEEDED when a text of a run is longer than it may be. */
export function checkStored(what: string, text: string, charsMax: number): void {
  if (text.length <= charsMax) return;
  const limit = `${charsMax / 1024 / 1024} Mi characters`;
  throw tauError('LIMIT_EXCEEDED', `${what} is longer than the limit of ${limit}: ${WHAT_TO_DO}`);
}

/** What V8 says of a stack that is full, and of values that are too long for it. */
const TOO_LARGE = /call stack|invalid (?:string|array|typed array|array buffer) length|allocation failed/i;

/** What a run has failed by, where that is a value beyond what this process can hold: that, and what to do. */
export function readableFailure(runId: string, thrown: unknown): unknown {
  if (thrown instanceof TauError || !(thrown instanceof RangeError) || !TOO_LARGE.test(thrown.message)) return thrown;
  const message = `run ${runId} has a value that is too deep or too large for this process (${thrown.message}): ${WHAT_TO_DO}`;
  return tauError('LIMIT_EXCEEDED', message);
}
