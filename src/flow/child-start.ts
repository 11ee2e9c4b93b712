import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import { childPath } from './children.js';
import type { Draft } from './draft.js';
import type { FlowEvent } from './event.js';
import { namedChild, segmentOf } from './path.js';
import type { Place } from './place.js';
import { inputOf } from './scope.js';
import type { Activation } from './state.js';

type NodeStarted = Extract<FlowEvent, { type: 'NodeStarted' }>;

const NEW: Activation = { kind: 'pass' };

/** Starts a child of a pattern: a slot of a map, the next round of a loop, else the child of that index. */
export function startChild(draft: Draft, place: Place, key: number): void {
  const { plan, activation, at } = place;
  const child = plan.children[activation.kind === 'map' || activation.kind === 'loop' ? 0 : key];
  if (child === undefined) return;
  const path = pathOf(place, key);
  const started: Writable<NodeStarted> = { type: 'NodeStarted', at: path };
  if (child.timeoutMs !== undefined) started.now = draft.now;
  if (plan.kind === 'saga' && plan.undo[key] !== undefined) {
    // What undoes it is given the very same, whatever becomes of the state. An input that fails, fails it when it runs.
    const input = attempt(() =>
      inputOf({ run: place.run, at: path, plan: child, activation: NEW, key, parent: place }),
    );
    if (input.ok) started.input = input.value;
  }
  draft.happen(started);
  draft.push('enter', path);

  function pathOf(parent: Place, index: number): string {
    if (parent.activation.kind === 'loop') return `${at}#${parent.activation.round + 1}`;
    if (parent.activation.kind === 'map') return childPath(plan, activation, at, index);
    return namedChild(at, segmentOf(plan, index));
  }
}
