import { type ErrorData, errorData, type Outcome } from 'tau-core';

/** Why a call that gave nothing fails its node. */
export function problemOf(outcome: Exclude<Outcome, { kind: 'ok' }>): ErrorData {
  switch (outcome.kind) {
    case 'failed':
    case 'unknown':
      return outcome.error;
    case 'cancelled':
      return errorData('STEP_FAILED', `its provider gave it up: ${outcome.reason}`);
    case 'inputRequired':
      return errorData('STEP_FAILED', `it asks a question: ${outcome.question}; ask it by an "ask" node`);
  }
}
