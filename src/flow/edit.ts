import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { Writable } from '../workflow/writable.js';
import type { Draft } from './draft.js';
import type { FlowEvent } from './event.js';
import { enterDue } from './graph-node.js';
import { keysOf, updateValues } from './graph-updates.js';
import type { GraphPlan } from './node-plan.js';
import { openChildren, type Place } from './place.js';
import { withdrawAll } from './stopping.js';

type Edited = Writable<Extract<FlowEvent, { type: 'StateEdited' }>>;

/**
 * A person's change of a graph: `{ "values"?: { key: value }, "goto"?: [nodes], "at"?: path }`. Values take the place of those
 * that are there. With `goto` these nodes are due in place of what is, which is withdrawn without undoing anything; the updates of
 * what has ended in this step come in before the values. All of it happens or, with the reason in the view, nothing.
 */
export function edit(draft: Draft, wish: JsonObject): void {
  const event = readEdit(draft, wish);
  if (typeof event === 'string') return draft.happen({ type: 'EditRefused', reason: event });
  const place = draft.place(event.at);
  if (event.goto !== undefined && place !== undefined)
    for (const child of openChildren(place)) {
      withdrawAll(draft, child, 'its graph was edited');
      draft.happen({ type: 'NodeCancelled', at: child.at });
    }
  draft.happen(event);
  if (event.goto !== undefined) enterDue(draft, event.at);
}

function readEdit(draft: Draft, { at, values, goto, ...others }: JsonObject): Edited | string {
  const [other] = Object.keys(others);
  if (other !== undefined) return `an edit has "values", "goto" and "at", and no "${other}"`;
  if (at !== undefined && typeof at !== 'string') return '"at" is the path of a graph, a text';
  const place = draft.place(at ?? '');
  if (place === undefined) return `nothing is open at "${at ?? ''}": see "open" in the view for paths`;
  const { plan, activation } = place;
  if (plan.kind !== 'graph' || activation.kind !== 'graph') return `what is open at "${place.at}" is no graph`;
  if (activation.step === 0 || activation.phase !== undefined || activation.stop !== undefined)
    return `the graph at "${place.at}" does not run`;
  const event: Edited = { type: 'StateEdited', at: place.at };
  const problem = readValues(plan, values, event) ?? readGoto(place, goto, event);
  if (problem !== undefined) return problem;
  if (event.goto !== undefined) {
    const updated = updateValues(plan, activation);
    if (!updated.ok) return updated.error.message;
  }
  if (event.goto?.some((name) => isTimed(plan, name))) event.now = draft.now;
  return event;
}

function readValues(plan: GraphPlan, values: Json | undefined, event: Edited): string | undefined {
  if (values === undefined) return undefined;
  if (!isJsonObject(values)) return '"values" is an object, by key';
  const unknown = Object.keys(values).find((name) => !plan.keyIndex.has(name));
  if (unknown !== undefined) return `the graph has no key "${unknown}"; it has ${[...plan.keyIndex.keys()].join(', ')}`;
  const checked = keysOf(plan, values);
  if (!checked.ok) return checked.error.message;
  event.values = checked.values;
  return undefined;
}

function readGoto({ plan }: Place, goto: Json | undefined, event: Edited): string | undefined {
  if (goto === undefined) return undefined;
  const names = Array.isArray(goto) ? (goto as readonly Json[]) : [];
  if (names.length === 0 || !names.every((name) => typeof name === 'string'))
    return '"goto" is a list of names of nodes';
  const order = plan.children.map(({ name }) => name);
  const unknown = names.find((name) => !order.includes(name));
  if (unknown !== undefined) return `the graph has no node "${unknown}"; it has ${order.join(', ')}`;
  event.goto = order.filter((name) => names.includes(name));
  return undefined;
}

function isTimed(plan: GraphPlan, name: string): boolean {
  return plan.children[plan.nodeIndex.get(name) ?? -1]?.timeoutMs !== undefined;
}
