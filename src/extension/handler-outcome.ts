import type * as corev1 from '../contract/core-v1.js';
import { outcomeToProto } from '../contract/outcome.js';
import type { Json } from '../vocabulary/json.js';
import type { Outcome } from '../vocabulary/outcome.js';
import { type ErrorData, errorData, TauError, toErrorData } from '../vocabulary/tau-error.js';
import { outcomeBytes } from './attachment-frames.js';
import { EXTENSION_LIMITS } from './limits.js';
import { InputRequired } from './require-input.js';

/** The outcome of work whose handler returned. Output that is no JSON, or too much of it, does not pass as ok. */
export function outcomeOfOutput(output: Json | undefined): corev1.Outcome {
  try {
    return bounded(outcomeToProto({ kind: 'ok', output: output ?? null }));
  } catch (thrown) {
    return outcomeToProto(endedBy(toErrorData(thrown, 'HANDLER_FAILED')));
  }
}

/**
 * The outcome of work whose handler threw. After an abort, what it throws is the end that was asked for, unless it is
 * a TauError of its own, which knows better.
 */
export function outcomeOfThrown(thrown: unknown, abortedWith: TauError | undefined): corev1.Outcome {
  if (thrown instanceof InputRequired) {
    const { question, answerSchema } = thrown;
    return outcomeToProto({ kind: 'inputRequired', question, ...(answerSchema !== undefined && { answerSchema }) });
  }
  const own = thrown instanceof TauError && thrown !== abortedWith;
  if (abortedWith === undefined || own) return bounded(outcomeToProto(endedBy(toErrorData(thrown, 'HANDLER_FAILED'))));
  if (abortedWith.is('RUN_CANCELLED')) return outcomeToProto({ kind: 'cancelled', reason: abortedWith.message });
  return outcomeToProto(endedBy(abortedWith.data));
}

/** An error says itself whether the work may have happened all the same. */
function endedBy(error: ErrorData): Outcome {
  return { kind: error.outcome === 'unknown' ? 'unknown' : 'failed', error };
}

function bounded(outcome: corev1.Outcome): corev1.Outcome {
  const bytes = outcomeBytes(outcome);
  if (bytes <= EXTENSION_LIMITS.resultBytesMax) return outcome;
  const message = `the handler ended, but its result is too large: ${bytes} bytes of ${EXTENSION_LIMITS.resultBytesMax}`;
  return outcomeToProto(endedBy(errorData('LIMIT_EXCEEDED', message, { outcome: 'unknown' })));
}
