import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { memberOf } from './check-value.js';
import { reducerOf } from './compile-graph.js';
import { END } from './definition.js';
import { END_INDEX } from './node-plan.js';
import type { Reducers } from './reducer.js';

/** The form of a graph, by indexes of nodes: what its checks look at. Names of nodes that there are not are left out. */
export interface GraphShape {
  readonly names: readonly string[];
  readonly entry: readonly number[];
  readonly edges: readonly EdgeShape[];
  readonly nodes: readonly NodeShape[];
  readonly stepsMax: Json | undefined;
  /** Keys of the state that take one update a step. */
  readonly singleKeys: readonly string[];
}

export interface EdgeShape {
  readonly kind: 'to' | 'join' | 'choose' | 'each';
  /** Its place in `edges`. */
  readonly index: number;
  readonly from: readonly number[];
  /** Nodes or END_INDEX; for a choice in its order. */
  readonly to: readonly number[];
  /** Whether it always leads on. */
  readonly isSure: boolean;
}

export interface NodeShape {
  readonly goto: number | undefined;
  readonly leadsTo: readonly number[];
  /** Keys that it writes by `writes`. */
  readonly writes: readonly string[];
  /** Whether its output is a command. */
  readonly commands: boolean;
}

/** The form of a graph whose edges are of the right shape. */
export function graphShape(graph: JsonObject, reducers: Reducers): GraphShape {
  const nodes = objectOf(memberOf(graph, 'nodes'));
  const names = Object.keys(nodes);
  const index = new Map<string, number>([...names.map((name, at) => [name, at] as const), [END, END_INDEX]]);
  const indexesOf = (value: Json | undefined): readonly number[] =>
    [...new Set(listOf(value))].flatMap((name) => (typeof name === 'string' ? (index.get(name) ?? []) : []));
  return {
    names,
    entry: indexesOf(memberOf(graph, 'entry')).filter((at) => at !== END_INDEX),
    edges: listOf(memberOf(graph, 'edges')).map((edge, at) => edgeShape(objectOf(edge), at, indexesOf)),
    nodes: names.map((name) => nodeShape(objectOf(memberOf(nodes, name)), indexesOf)),
    stepsMax: memberOf(graph, 'stepsMax'),
    singleKeys: Object.entries(objectOf(memberOf(graph, 'state'))).flatMap(([name, key]) => {
      const reducer = memberOf(objectOf(key), 'reducer');
      const acceptsMany = typeof reducer === 'string' && reducerOf(reducers, reducer)?.acceptsMany !== false;
      return acceptsMany ? [] : [name];
    }),
  };
}

type IndexesOf = (value: Json | undefined) => readonly number[];

function edgeShape(edge: JsonObject, index: number, indexesOf: IndexesOf): EdgeShape {
  const from = indexesOf(memberOf(edge, 'from')).filter((at) => at !== END_INDEX);
  const choose = memberOf(edge, 'choose');
  if (choose !== undefined) {
    const choices = listOf(choose).map(objectOf);
    const isSure = choices.some((choice) => memberOf(choice, 'when') === undefined);
    return { kind: 'choose', index, from, to: choices.flatMap((choice) => indexesOf(memberOf(choice, 'to'))), isSure };
  }
  const to = indexesOf(memberOf(edge, 'to'));
  if (memberOf(edge, 'each') !== undefined) return { kind: 'each', index, from, to, isSure: false };
  const isSure = memberOf(edge, 'when') === undefined;
  return { kind: from.length > 1 ? 'join' : 'to', index, from, to, isSure };
}

function nodeShape(node: JsonObject, indexesOf: IndexesOf): NodeShape {
  const onError = objectOf(memberOf(node, 'onError'));
  const leadsTo = memberOf(node, 'leadsTo');
  return {
    goto: indexesOf(memberOf(onError, 'goto')).find((at) => at !== END_INDEX),
    leadsTo: indexesOf(leadsTo),
    writes: Object.keys(objectOf(memberOf(node, 'writes'))),
    commands: leadsTo !== undefined,
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A list, or the one value that stands for it. */
function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
