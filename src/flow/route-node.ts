import { errorData } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { startChild } from './child-start.js';
import type { Draft } from './draft.js';
import { fail, failWith } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { FlowScope } from './scope.js';

/** Starts the first choice that holds, and ends with what it gives. */
export function advanceRoute(draft: Draft, place: PlaceOf<'route'>): void {
  const { plan, activation } = place;
  if (activation.child !== undefined) return;
  if (activation.failed !== undefined) return failWith(draft, place);
  if (activation.chosen !== undefined) return conclude(draft, place);
  const scope = new FlowScope(place);
  for (const [index, when] of plan.choose.entries()) {
    const holds = attempt(() => when(scope));
    if (!holds.ok) return fail(draft, place, holds.error);
    if (holds.value) return startChild(draft, place, index);
  }
  if (plan.otherwise !== undefined) return startChild(draft, place, plan.otherwise);
  fail(draft, place, errorData('STEP_FAILED', 'no choice holds: add one, or "otherwise"'));
}
