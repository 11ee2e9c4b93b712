import { childPath } from './children.js';
import type { Draft } from './draft.js';
import { namedChild, segmentOf } from './path.js';
import type { Place } from './place.js';

/** Starts a child of a pattern: a slot of a map, the next round of a loop, else the child of that index. */
export function startChild(draft: Draft, place: Place, key: number): void {
  const { plan, activation, at } = place;
  const child = plan.children[activation.kind === 'map' || activation.kind === 'loop' ? 0 : key];
  if (child === undefined) return;
  const path = pathOf(place, key);
  if (child.timeoutMs === undefined) draft.happen({ type: 'NodeStarted', at: path });
  else draft.happen({ type: 'NodeStarted', at: path, now: draft.now });
  draft.push('enter', path);

  function pathOf(parent: Place, index: number): string {
    if (parent.activation.kind === 'loop') return `${at}#${parent.activation.round + 1}`;
    if (parent.activation.kind === 'map') return childPath(plan, activation, at, index);
    return namedChild(at, segmentOf(plan, index));
  }
}
