import { startChild } from './child-start.js';
import { chunkLength } from './chunks.js';
import type { Draft } from './draft.js';
import { failWith } from './ending.js';
import { labelOf, namedChild, segmentOf } from './path.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { stopChildren } from './stopping.js';

/** Starts all of a race, ends it with the first that succeeds, and fails it with the first error when none does. */
export function advanceRace(draft: Draft, place: PlaceOf<'race'>): void {
  const { plan, activation, at } = place;
  if (activation.winner !== undefined) {
    const winner = labelOf(namedChild(at, segmentOf(plan, activation.winner)));
    if (stopChildren(draft, place, `${winner} has won`)) conclude(draft, place);
    else draft.happen({ type: 'NodeStopping', at, how: 'win' });
    return;
  }
  const count = chunkLength(activation.slots);
  if (activation.next === 0 && count > 0) {
    for (let key = 0; key < count && !draft.isExhausted; key += 1) startChild(draft, place, key);
    return;
  }
  if (activation.open === 0) failWith(draft, place);
}
