import { type ErrorData, errorData } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import type { Draft } from './draft.js';
import { fail, failWith } from './ending.js';
import type { Due, FlowEvent, SteppedEvent } from './event.js';
import { dueAfter } from './graph-edges.js';
import { firstValues, updateValues } from './graph-updates.js';
import type { GraphPlan } from './node-plan.js';
import type { PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { WIDTH_MAX } from './run-limits.js';
import { inputOf } from './scope.js';

/** Takes the first values of a graph, and starts its entry nodes. */
export function runGraph(draft: Draft, place: PlaceOf<'graph'>): void {
  const input = attempt(() => inputOf(place));
  if (!input.ok) return fail(draft, place, input.error);
  const first = firstValues(place.plan, input.value);
  if (!first.ok) return fail(draft, place, first.error);
  const started: Writable<Extract<FlowEvent, { type: 'GraphStarted' }>> = { type: 'GraphStarted', at: place.at };
  if (place.parent !== undefined || place.plan.input !== undefined || place.activation.input !== undefined)
    started.values = first.values;
  if (place.plan.entry.some((index) => place.plan.children[index]?.timeoutMs !== undefined)) started.now = draft.now;
  draft.happen(started);
  enterDue(draft, place.at);
}

/** Once all of a step have ended: lets their updates come in, and starts what is due next. */
export function advanceGraph(draft: Draft, place: PlaceOf<'graph'>): void {
  const { plan, activation, at } = place;
  if (activation.failed !== undefined) return failWith(draft, place);
  if (activation.left > 0) return;
  if (activation.entries.length === 0 || activation.entries[0]?.length === 0) return conclude(draft, place);
  const updated = updateValues(plan, activation);
  if (!updated.ok) return fail(draft, place, updated.error);
  const next = attempt(() => dueAfter(place, updated.values));
  if (!next.ok) return fail(draft, place, next.error);
  const { due, joined } = next.value;
  if (due.length > 0 && activation.step >= plan.stepsMax) return fail(draft, place, exceeded(plan, due));
  const width = widthOf(due);
  if (width > WIDTH_MAX) return fail(draft, place, tooWide(width));
  const stepped: Writable<SteppedEvent> = { type: 'Stepped', at, due };
  if (joined.length > 0) stepped.joined = joined;
  if (due.some((one) => isTimed(plan, one))) stepped.now = draft.now;
  draft.happen(stepped);
  if (due.length === 0) draft.push('advance', at);
  else enterDue(draft, at);
}

/** Lets all that is due in a step of a graph enter. */
export function enterDue(draft: Draft, at: string): void {
  const graph = draft.place(at)?.activation;
  if (graph?.kind !== 'graph') return;
  let key = 0;
  for (const chunk of graph.entries) {
    for (const { id } of chunk) {
      draft.push('enter', at, { key, id });
      key += 1;
    }
  }
  // A graph without an entry is over at once.
  if (key === 0) draft.push('advance', at);
}

function widthOf(due: readonly Due[]): number {
  let width = 0;
  for (const one of due) width += typeof one === 'object' && 'items' in one ? one.items.length : 1;
  return width;
}

function tooWide(width: number): ErrorData {
  return errorData(
    'LIMIT_EXCEEDED',
    `a step of a graph has at most ${WIDTH_MAX} nodes, and ${width} would be due: go over parts of the list, by a map within one node`,
  );
}

function isTimed(plan: GraphPlan, due: Due): boolean {
  const name = typeof due === 'string' ? due : due.node;
  return plan.children[plan.nodeIndex.get(name) ?? -1]?.timeoutMs !== undefined;
}

function exceeded(plan: GraphPlan, due: readonly Due[]): ErrorData {
  const names = due.slice(0, 3).map((one) => (typeof one === 'string' ? one : one.node));
  return errorData(
    'STEPS_EXCEEDED',
    `${plan.stepsMax} steps are over, and ${names.map((name) => `"${name}"`).join(', ')} would be due: end it by an edge to "$end", or raise its "stepsMax"`,
    { details: { stepsMax: plan.stepsMax, due: names } },
  );
}
