import type * as corev1 from '../contract/core-v1.js';
import { outcomeToProto } from '../contract/outcome.js';
import { errorData, TauError } from '../vocabulary/tau-error.js';
import { outcomeBytes } from './attachment-frames.js';
import { EXTENSION_LIMITS } from './limits.js';
import { InputRequired } from './require-input.js';
import type { SecretMask } from './secret-mask.js';
import { takeJson } from './take-json.js';
import { endedBy, thrownError } from './thrown-error.js';

/** The outcome of work whose handler returned. Output that is no JSON, or too much of it, does not pass as ok. */
export function outcomeOfOutput(output: unknown, mask: SecretMask): corev1.Outcome {
  try {
    return bounded(outcomeToProto({ kind: 'ok', output: takeJson(output, { mask }) }));
  } catch (thrown) {
    return outcomeToProto(endedBy(thrownError(thrown, mask)));
  }
}

/**
 * The outcome of work whose handler threw. After an abort, what it throws is the end that was asked for, unless it is
 * a TauError of its own, which knows better.
 */
export function outcomeOfThrown(thrown: unknown, abortedWith: TauError | undefined, mask: SecretMask): corev1.Outcome {
  if (thrown instanceof InputRequired) return outcomeOfQuestion(thrown, mask);
  const own = thrown instanceof TauError && thrown !== abortedWith;
  if (abortedWith === undefined || own) return bounded(outcomeToProto(endedBy(thrownError(thrown, mask))));
  if (abortedWith.is('RUN_CANCELLED'))
    return outcomeToProto({ kind: 'cancelled', reason: mask.text(abortedWith.message) });
  return outcomeToProto(endedBy(mask.error(abortedWith.data)));
}

function outcomeOfQuestion({ question, answerSchema }: InputRequired, mask: SecretMask): corev1.Outcome {
  try {
    const schema = answerSchema === undefined ? {} : { answerSchema: takeJson(answerSchema, { mask }) };
    return bounded(outcomeToProto({ kind: 'inputRequired', question: mask.text(String(question)), ...schema }));
  } catch (thrown) {
    return outcomeToProto(endedBy(thrownError(thrown, mask)));
  }
}

function bounded(outcome: corev1.Outcome): corev1.Outcome {
  const bytes = outcomeBytes(outcome);
  if (bytes <= EXTENSION_LIMITS.resultBytesMax) return outcome;
  const message = `the handler ended, but its result is too large: ${bytes} bytes of ${EXTENSION_LIMITS.resultBytesMax}`;
  return outcomeToProto(endedBy(errorData('LIMIT_EXCEEDED', message, { outcome: 'unknown' })));
}
