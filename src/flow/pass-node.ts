import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import { fail } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { inputOf, isGivenState } from './scope.js';

/** Gives its input. Where that is the state of its graph it gives nothing of its own: it is there for its edges. */
export function runPass(draft: Draft, place: PlaceOf<'pass'>): void {
  if (isGivenState(place)) return conclude(draft, place);
  const input = attempt(() => inputOf(place));
  if (input.ok) conclude(draft, place, input.value);
  else fail(draft, place, input.error);
}
