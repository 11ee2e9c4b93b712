import type { JsonObject } from 'tau-core';
import { compileCondition, compileList } from './compile-condition.js';
import { compileJson } from './compile-value.js';
import { END, type GraphEdge, type GraphNode } from './definition.js';
import { memberPlace } from './flow-template.js';
import { type EdgePlan, END_INDEX, type JoinEdgePlan, type StatePlan, type WritePlan } from './node-plan.js';
import { BUILT_IN_REDUCERS, DEFAULT_REDUCER, type Reducer, type Reducers } from './reducer.js';

/** The reducer of a name, and replacing for one that is not known. */
export function reducerOf(reducers: Reducers, name: string | undefined): Reducer | undefined {
  const wanted = name ?? DEFAULT_REDUCER;
  return Object.hasOwn(reducers, wanted) ? reducers[wanted] : undefined;
}

const REPLACE: Reducer = BUILT_IN_REDUCERS['replace'] ?? { initial: null, acceptsMany: false, reduce: (_, to) => to };

/** The keys of a graph's state, in the definition's order. */
export function compileState(node: GraphNode, reducers: Reducers): readonly StatePlan[] {
  return Object.entries(node.state).map(([name, key]) => {
    const reducer = reducerOf(reducers, key.reducer) ?? REPLACE;
    return {
      name,
      reducerName: key.reducer ?? DEFAULT_REDUCER,
      reducer,
      type: key.type,
      initial: key.initial === undefined ? reducer.initial : key.initial,
      secret: key.secret === true,
    };
  });
}

/** Nodes by name, `$end` with them. */
export function nodeIndexOf(node: GraphNode): ReadonlyMap<string, number> {
  return new Map([...Object.keys(node.nodes).map((name, index) => [name, index] as const), [END, END_INDEX] as const]);
}

/** The nodes that are due first, in order, each once. */
export function compileEntry(node: GraphNode, nodeIndex: ReadonlyMap<string, number>): readonly number[] {
  return inOrder(node.entry, nodeIndex);
}

/** An update of the state; keys that there are not are left out. */
export function compileWrites(
  writes: JsonObject,
  keyIndex: ReadonlyMap<string, number>,
  place: string,
): readonly WritePlan[] {
  return Object.entries(writes).flatMap(([name, value]) => {
    const key = keyIndex.get(name);
    return key === undefined ? [] : [{ key, name, value: compileJson(value ?? null, memberPlace(place, name)) }];
  });
}

interface Edges {
  readonly out: readonly (readonly EdgePlan[])[];
  readonly joins: readonly JoinEdgePlan[];
}

/** The edges of a graph, by the nodes that they start from. */
export function compileEdges(node: GraphNode, nodeIndex: ReadonlyMap<string, number>, place: string): Edges {
  const out: EdgePlan[][] = Object.keys(node.nodes).map(() => []);
  const joins: JoinEdgePlan[] = [];
  for (const [index, edge] of node.edges.entries()) {
    const from = inOrder(typeof edge.from === 'string' ? [edge.from] : edge.from, nodeIndex);
    const plan = compileEdge(edge, { index, from, join: joins.length, nodeIndex, place: `${place}.edges[${index}]` });
    if (plan === undefined) continue;
    if (plan.kind === 'join') joins.push(plan);
    for (const source of from) out[source]?.push(plan);
  }
  return { out, joins };
}

interface EdgeSpot {
  readonly index: number;
  readonly from: readonly number[];
  readonly join: number;
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly place: string;
}

function compileEdge(edge: GraphEdge, { index, from, join, nodeIndex, place }: EdgeSpot): EdgePlan | undefined {
  if ('choose' in edge) {
    const choices = edge.choose.flatMap(({ to, when }, choice) => {
      const target = nodeIndex.get(to);
      const condition = when === undefined ? undefined : compileCondition(when, `${place}.choose[${choice}].when`);
      return target === undefined ? [] : [{ to: target, when: condition }];
    });
    return { kind: 'choose', index, choices };
  }
  const to = nodeIndex.get(edge.to);
  if (to === undefined) return undefined;
  if ('each' in edge) return { kind: 'each', index, to, each: compileList(edge.each, `${place}.each`) };
  const when = edge.when === undefined ? undefined : compileCondition(edge.when, `${place}.when`);
  return from.length > 1 ? { kind: 'join', index, join, from, to, when } : { kind: 'to', index, to, when };
}

/** The indexes of nodes by name, in the order of the nodes, each once. */
function inOrder(names: readonly string[], nodeIndex: ReadonlyMap<string, number>): readonly number[] {
  const indexes = names.flatMap((name) => {
    const index = nodeIndex.get(name);
    return index === undefined || index === END_INDEX ? [] : [index];
  });
  return [...new Set(indexes)].sort((a, b) => a - b);
}
