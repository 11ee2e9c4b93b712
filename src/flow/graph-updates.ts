import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject } from 'tau-core';
import { commandOf, isCommanded } from './graph-command.js';
import type { GraphPlan, StatePlan } from './node-plan.js';
import { fitsStateType } from './reducer.js';
import type { GraphActivation, GraphEntry } from './state.js';

/** The values of a graph with the updates of a step in them, or what is wrong with one. */
type Updated = { readonly ok: true; readonly values: JsonObject } | { readonly ok: false; readonly error: ErrorData };

/** A step of many is reduced as it is decided, and again as that is evolved: the second time it is here. */
const reduced = new WeakMap<GraphActivation, { readonly plan: GraphPlan; readonly updated: Updated }>();

/** Lets the updates of a step come in, in order of the entries. */
export function updateValues(plan: GraphPlan, graph: GraphActivation): Updated {
  const { entries } = graph;
  if (entries.length === 1 && entries[0]?.length === 1) return reduceStep(plan, graph, undefined);
  const known = reduced.get(graph);
  if (known?.plan === plan) return known.updated;
  const updated = reduceStep(plan, graph, new Map());
  reduced.set(graph, { plan, updated });
  return updated;
}

function reduceStep(plan: GraphPlan, graph: GraphActivation, writers: Writers | undefined): Updated {
  let values: Values | undefined;
  const gathered: Gathered | undefined = writers && new Map();
  for (const chunk of graph.entries) {
    for (const entry of chunk) {
      const update = updateOf(plan, entry);
      if (update === undefined) continue;
      values ??= { ...graph.values };
      const error = applyUpdate(plan, values, { update, node: entry.node, writers, gathered });
      if (error !== undefined) return { ok: false, error };
    }
  }
  const error = values && gathered && applyGathered(values, gathered);
  return error === undefined ? { ok: true, values: values ?? graph.values } : { ok: false, error };
}

type Values = { [key: string]: Json | undefined };
type Writers = Map<string, string>;
/** Updates that wait until all of a step are known, by key; the node is that of the last one. */
type Gathered = Map<string, { readonly key: StatePlan; readonly updates: Json[]; node: string }>;

/** What an entry writes: what its `writes` gave, the update of its command, or its output. */
function updateOf(plan: GraphPlan, entry: GraphEntry): JsonObject | undefined {
  const { of: ended } = entry;
  if (ended.kind !== 'ok') return undefined;
  if (ended.writes !== undefined) return ended.writes;
  const output = isCommanded(plan, entry) ? commandOf(ended)?.update : ended.output;
  return isJsonObject(output) ? output : undefined;
}

interface Update {
  readonly update: JsonObject;
  readonly node: string;
  readonly writers: Writers | undefined;
  readonly gathered: Gathered | undefined;
}

/** Members that the state has no key for are left out: a capability may tell more than its graph keeps. */
function applyUpdate(
  plan: GraphPlan,
  values: Values,
  { update, node, writers, gathered }: Update,
): ErrorData | undefined {
  for (const name of Object.keys(update)) {
    const index = plan.keyIndex.get(name);
    const key = index === undefined ? undefined : plan.keys[index];
    const written = update[name];
    if (key === undefined || written === undefined) continue;
    const { reducer } = key;
    if (writers !== undefined && !reducer.acceptsMany) {
      const other = writers.get(name);
      if (other !== undefined) return conflict(key, [other, node]);
      writers.set(name, node);
    }
    if (!key.secret && reducer.accepts?.(written) === false)
      return refused(key, node, `its reducer "${key.reducerName}" takes ${reducer.wants ?? 'another value'}`);
    if (gathered !== undefined && reducer.together !== undefined) {
      const before = gathered.get(name);
      if (before === undefined) gathered.set(name, { key, updates: [written], node });
      else {
        before.updates.push(written);
        before.node = node;
      }
      continue;
    }
    const value = reducer.reduce(values[name] ?? null, written);
    if (!fitsKey(key, value)) return refused(key, node, `it is of type ${key.type}`);
    values[name] = value;
  }
  return undefined;
}

function applyGathered(values: Values, gathered: Gathered): ErrorData | undefined {
  for (const [name, { key, updates, node }] of gathered) {
    const update = key.reducer.together?.(updates) ?? null;
    const value = key.reducer.reduce(values[name] ?? null, update);
    if (!fitsKey(key, value)) return refused(key, node, `it is of type ${key.type}`);
    values[name] = value;
  }
  return undefined;
}

/** Whether a value may stand in a key. What is secret is stored as `***`, whatever its type. */
export function fitsKey(key: StatePlan, value: Json): boolean {
  return key.type === undefined || key.secret || fitsStateType(key.type, value);
}

function conflict(key: StatePlan, nodes: readonly [string, string]): ErrorData {
  const [first, second] = nodes;
  return errorData(
    'STATE_CONFLICT',
    `key "${key.name}" is written twice in one step, by ${first === second ? `items of "${first}"` : `"${first}" and "${second}"`}: give it a reducer that takes several updates, e.g. "append" or "last"`,
    { details: { key: key.name, nodes: [first, second] } },
  );
}

function refused(key: StatePlan, node: string, why: string): ErrorData {
  return errorData('STATE_REFUSED', `node "${node}" writes what key "${key.name}" does not take: ${why}`, {
    details: { key: key.name, node },
  });
}

/** The first values of a graph, from its input; keys that it does not have are left out. */
export function firstValues(plan: GraphPlan, input: Json): Updated {
  if (input === null) return { ok: true, values: {} };
  if (!isJsonObject(input)) {
    const error = errorData(
      'STATE_REFUSED',
      `the input of a graph is an object with values of its keys; write "input"`,
    );
    return { ok: false, error };
  }
  return keysOf(plan, input);
}

/** Those members of an object that the graph has keys for, checked. */
export function keysOf(plan: GraphPlan, given: JsonObject): Updated {
  const values: { [key: string]: Json } = {};
  for (const key of plan.keys) {
    const value = Object.hasOwn(given, key.name) ? given[key.name] : undefined;
    if (value === undefined) continue;
    if (!fitsKey(key, value) && !equalsInitial(key, value)) {
      const message = `key "${key.name}" is of type ${key.type}, and is given ${Array.isArray(value) ? 'a list' : typeof value}`;
      return { ok: false, error: errorData('STATE_REFUSED', message, { details: { key: key.name } }) };
    }
    values[key.name] = value;
  }
  return { ok: true, values };
}

/** A key that was not written yet may be given as it is, e.g. null. */
function equalsInitial(key: StatePlan, value: Json): boolean {
  return value === null && key.initial === null;
}
