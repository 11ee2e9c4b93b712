import { startChild } from './child-start.js';
import type { Draft } from './draft.js';
import { failWith } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';

/** Starts the next node of a chain, or ends it. */
export function advanceChain(draft: Draft, place: PlaceOf<'chain'>): void {
  const { plan, activation } = place;
  if (activation.child !== undefined) return;
  if (activation.failed !== undefined) return failWith(draft, place);
  if (activation.done < plan.children.length) startChild(draft, place, activation.done);
  else conclude(draft, place);
}
