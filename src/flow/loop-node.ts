import { errorData } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { startChild } from './child-start.js';
import type { Draft } from './draft.js';
import { fail, failWith } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { FlowScope } from './scope.js';

/** Looks after each round whether a loop is over, and starts the next one. */
export function advanceLoop(draft: Draft, place: PlaceOf<'loop'>): void {
  const { plan, activation } = place;
  if (activation.child !== undefined) return;
  if (activation.failed !== undefined) return failWith(draft, place);
  const { round } = activation;
  if (round > 0) {
    const scope = new FlowScope(place, { output: activation.value ?? null, round });
    const isOver = attempt(() => plan.until(scope));
    if (!isOver.ok) return fail(draft, place, isOver.error);
    if (isOver.value) return conclude(draft, place);
    if (round >= plan.roundsMax) {
      if (plan.onMax === 'take') return conclude(draft, place);
      const message = `its "until" did not hold after ${plan.roundsMax} rounds`;
      return fail(draft, place, errorData('STEPS_EXCEEDED', message, { details: { roundsMax: plan.roundsMax } }));
    }
  }
  startChild(draft, place, 0);
}
