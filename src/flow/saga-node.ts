import type { ErrorData, Json } from 'tau-core';
import { startChild } from './child-start.js';
import { currentChild } from './children.js';
import type { Draft } from './draft.js';
import { endCancelled, endFailed, failWith } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import type { UndoFailure } from './state.js';

/** Starts the next step of a saga, or, once it undoes, the `undo` of the last step that was done. */
export function advanceSaga(draft: Draft, place: PlaceOf<'saga'>): void {
  const { plan, activation } = place;
  if (activation.child !== undefined) return;
  if (activation.undoing !== undefined) {
    const undo = currentChild(plan, activation);
    if (undo !== undefined) return startChild(draft, place, undo);
    return endUndone(draft, place, activation.undoing.failures ?? []);
  }
  if (activation.failed !== undefined) return failWith(draft, place);
  if (activation.done.length < plan.steps) startChild(draft, place, activation.done.length);
  else conclude(draft, place);
}

/** It ends as it would have; what could not be undone is in the details of its error, in the order of the tries. */
function endUndone(draft: Draft, place: PlaceOf<'saga'>, failures: readonly UndoFailure[]): void {
  const { failed } = place.activation;
  if (failed === undefined) return endCancelled(draft, place);
  if (failures.length === 0) return endFailed(draft, place);
  const notUndone = failures.map(({ step, id, message }): Json => ({ step, id, message }));
  const error: ErrorData = { ...failed, details: { ...failed.details, notUndone } };
  endFailed(draft, place, error);
}
