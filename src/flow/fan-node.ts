import { startChild } from './child-start.js';
import { chunkLength } from './chunks.js';
import type { Draft } from './draft.js';
import { failWith } from './ending.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';

/** Starts what there are workers for, in order; ends a parallel or a map once all have ended, or one has failed it. */
export function advanceFan(draft: Draft, place: PlaceOf<'parallel'> | PlaceOf<'map'>): void {
  const { plan, activation } = place;
  if (activation.failed !== undefined && plan.failure === 'fail-fast') return failWith(draft, place);
  const count = chunkLength(activation.slots);
  if (activation.next >= count) {
    if (activation.open === 0) conclude(draft, place);
    return;
  }
  const last = Math.min(count, activation.next + plan.workers - activation.open);
  for (let key = activation.next; key < last && !draft.isExhausted; key += 1) startChild(draft, place, key);
}
