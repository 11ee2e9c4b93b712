import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject } from 'tau-core';
import { isPlainJson } from '../json/plain-json.js';
import { commandOf, isCommanded } from './graph-command.js';
import { inWords } from './in-words.js';
import { NAME_CHARS_MAX } from './limits.js';
import type { GraphPlan, StatePlan } from './node-plan.js';
import { BUILT_IN_REDUCERS, fitsReducer, fitsStateType, type Reducer, startOf, takes } from './reducer.js';
import { MASK } from './secret-places.js';
import { shortened } from './shortened.js';
import type { GraphActivation, GraphEntry } from './state.js';
import { growthError, sizeAtMost, sizeError, sizeOf, stateError } from './value-size.js';

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
  const growth: Growth = { chars: 0, writer: undefined };
  for (const chunk of graph.entries) {
    for (const entry of chunk) {
      const update = updateOf(plan, entry);
      if (update === undefined) continue;
      values ??= { ...graph.values };
      const error = applyUpdate(plan, values, { update, node: entry.node, writers, gathered, growth });
      if (error !== undefined) return { ok: false, error };
    }
  }
  if (values === undefined) return { ok: true, values: graph.values };
  const error =
    (gathered && applyGathered(values, gathered, growth)) ??
    (growth.writer && stateError({ before: graph.values, after: values, written: growth.chars }, growth.writer));
  return error === undefined ? { ok: true, values } : { ok: false, error };
}

type Values = { [key: string]: Json | undefined };
/** How much is written in a step, and what was written last. */
interface Growth {
  chars: number;
  writer: { readonly key: string; readonly node: string } | undefined;
}
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
  readonly growth: Growth;
}

/** Members that the state has no key for are left out: a capability may tell more than its graph keeps. */
function applyUpdate(
  plan: GraphPlan,
  values: Values,
  { update, node, writers, gathered, growth }: Update,
): ErrorData | undefined {
  for (const name of Object.keys(update)) {
    const index = plan.keyIndex.get(name);
    const key = index === undefined ? undefined : plan.keys[index];
    const written = update[name];
    if (key === undefined || written === undefined) continue;
    const { reducer } = key;
    if (key.secret && !fitsKey(key, written)) return refused(key, node, NOT_SECRET);
    if (writers !== undefined && !reducer.acceptsMany) {
      const other = writers.get(name);
      if (other !== undefined) return conflict(key, [other, node]);
      writers.set(name, node);
    }
    if (!takes(reducer, written))
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
    const error = reduceKey(values, { key, update: written, node }, growth);
    if (error !== undefined) return error;
  }
  return undefined;
}

interface KeyUpdate {
  readonly key: StatePlan;
  readonly update: Json;
  readonly node: string;
}

function reduceKey(values: Values, { key, update, node }: KeyUpdate, growth: Growth): ErrorData | undefined {
  const before = values[key.name] ?? null;
  const isOwn = !ADDING.has(key.reducer);
  let after: Json;
  try {
    after = key.reducer.reduce(before, update);
  } catch (thrown) {
    return refused(key, node, reducerFails(key, thrown));
  }
  if (isOwn && !isPlainJson(after)) return refused(key, node, `its reducer "${key.reducerName}" gives what is no JSON`);
  if (!fitsKey(key, after))
    return refused(
      key,
      node,
      `it is of type ${key.type}, and would be ${inWords(after)}: write a ${key.type}, or change its "type"`,
    );
  values[key.name] = after;
  if (isSmall(after) && isSmall(update)) return undefined;
  const writer = { key: key.name, node };
  const error = growthError({ before, update, after, isSum: !isOwn }, writer);
  if (error !== undefined) return error;
  growth.chars += sizeAtMost(isOwn ? after : update).chars;
  growth.writer = writer;
  return undefined;
}

function isSmall(value: Json): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

/** Reducers whose values are no larger than what they are made of. */
const ADDING: ReadonlySet<Reducer> = new Set(Object.values(BUILT_IN_REDUCERS));

function applyGathered(values: Values, gathered: Gathered, growth: Growth): ErrorData | undefined {
  for (const { key, updates, node } of gathered.values()) {
    let update: Json;
    try {
      update = key.reducer.together?.(updates) ?? null;
    } catch (thrown) {
      return refused(key, node, reducerFails(key, thrown));
    }
    const error = reduceKey(values, { key, update, node }, growth);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** A reducer of one's own may throw, whatever it promises. */
function reducerFails({ reducerName }: StatePlan, thrown: unknown): string {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return `its reducer "${reducerName}" fails: ${shortened(why, NAME_CHARS_MAX)}`;
}

const NOT_SECRET = 'it is secret, and takes a text that a task or an ask of this graph gives';

/**
 * Whether a value may stand in a key. A secret is stored as `***`: a text was taken out of what the run is told, by `redact`;
 * what was not is none, or came by a way on which secrets are not looked for.
 */
export function fitsKey(key: StatePlan, value: Json): boolean {
  if (key.secret) return value === MASK || value === null;
  return key.type === undefined || fitsStateType(key.type, value);
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
  const tooLarge = sizeError(sizeOf(given), 'what the graph is given');
  if (tooLarge !== undefined) return { ok: false, error: tooLarge };
  const values: { [key: string]: Json } = {};
  for (const key of plan.keys) {
    const value = Object.hasOwn(given, key.name) ? given[key.name] : undefined;
    if (value === undefined) continue;
    const problem = startProblem(key, value);
    if (problem !== undefined) {
      const message = `key "${key.name}" ${problem}`;
      return { ok: false, error: errorData('STATE_REFUSED', message, { details: { key: key.name } }) };
    }
    values[key.name] = value;
  }
  return { ok: true, values };
}

/** Why a key cannot start with a value, in words that follow its name; undefined when it can. */
export function startProblem(key: StatePlan, value: Json): string | undefined {
  const given = inWords(value);
  if (key.secret) return fitsKey(key, value) ? undefined : `is secret, and is given ${given}: give it a text`;
  // A key that was not written yet may be given as it is.
  if (value === null && key.initial === null) return undefined;
  if (!fitsKey(key, value)) return `is of type ${key.type}, and is given ${given}`;
  if (fitsReducer(key.reducer, value)) return undefined;
  return `has the reducer "${key.reducerName}", and is given ${given}: give it ${startOf(key.reducer)}`;
}
