import { type ErrorData, errorData, type Outcome } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { prepareAction } from './action-flow.js';
import { holds } from './condition.js';
import { HashBook } from './hash-book.js';
import { callInFlight, statusAt, stepName } from './level.js';
import { askHash, prepareCall } from './step-call.js';
import { completeStep, concludeStep, endOf, failStep, type StepEnd, skipStep } from './step-end.js';
import { type StepPlace, scopeOf } from './step-place.js';

/** Starts a step: it calls, its own steps begin, or it has ended (skipped, or failed by an expression). */
export function startStep(place: StepPlace): 'calling' | 'going on' {
  const { level, running, step } = place;
  if (step.condition === undefined && statusAt(level, running) !== 'success') return goOn(skipStep(place));
  const book = step.hashes ? new HashBook(level.at.hashes) : undefined;
  const scope = attempt(() => scopeOf(place, book));
  const wanted = scope.ok ? attempt(() => holds(step.condition, scope.value)) : scope;
  if (book?.wanted !== undefined) return wait(askHash(place, book.wanted));
  // As at GitHub, `continue-on-error` does not cover what decides whether a step runs.
  if (!wanted.ok) return goOn(completeStep(place, 'failure', { outcome: 'failure', error: wanted.error }));
  if (!wanted.value || !scope.ok) return goOn(skipStep(place));
  const { action } = step;
  const begin = attempt(() =>
    action === undefined ? prepareCall(place, scope.value) : prepareAction(place, action, scope.value, book),
  );
  // It is looked at when the step has ended, which is too late for a call.
  if (book !== undefined) attempt(() => step.continueOnError?.(scope.value));
  if (book?.wanted !== undefined) return wait(askHash(place, book.wanted));
  if (!begin.ok) return goOn(failStep(place, scope.value, { outcome: 'failure', error: begin.error }));
  begin.value();
  return action === undefined ? 'calling' : 'going on';
}

function goOn(_done: void): 'going on' {
  return 'going on';
}

function wait(_asked: void): 'calling' {
  return 'calling';
}

/** Takes what the call in flight for a job came to: its step has ended, or can be evaluated further. */
export function settleStep(place: StepPlace, outcome: Outcome): void {
  const { draft, job, level, step } = place;
  if (level.at.hashes?.patterns === undefined) return concludeStep(place, endOf(outcome, step.run !== undefined));
  if (outcome.kind === 'ok' && typeof outcome.output === 'string') {
    return draft.happen({ type: 'HashTaken', job: job.path, step: stepName(level, step), hash: outcome.output });
  }
  concludeStep(place, outcome.kind === 'ok' ? NO_HASH : endOf(outcome, false));
}

const NOT_TEXT: ErrorData = errorData('OUTPUT_REFUSED', 'who serves hashFiles gave something that is no text');
const NO_HASH: StepEnd = { outcome: 'failure', error: NOT_TEXT };

/** Withdraws the call in flight for a step. The host tells no more about it, so that the step ends here. */
export function withdrawStep(place: StepPlace, reason: string): void {
  const callId = callInFlight(place.job, place.level);
  if (callId === undefined) return;
  place.draft.ask({ type: 'cancelCall', callId, reason });
  completeStep(place, 'cancelled', { outcome: 'cancelled' });
}
