import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { checkEdges } from './check-edges.js';
import { report, type Spot, within } from './check-scope.js';
import { checkSecretInput, checkSecretWrites } from './check-secrets.js';
import { checkState } from './check-state.js';
import { checkTopology } from './check-topology.js';
import {
  type Check,
  checkMembers,
  isName,
  list,
  type Members,
  may,
  memberOf,
  must,
  NAME_ADVICE,
  whole,
} from './check-value.js';
import type { FlowContext } from './expression-dialect.js';
import { graphShape } from './graph-shape.js';
import { GRAPH_STEPS_MAX } from './limits.js';
import { listed } from './listed.js';

/** What the check of a graph needs of that of nodes. */
export interface NodeChecks {
  readonly common: Members;
  readonly checkNode: Check;
}

const SOME_OBJECT: Check = (value, spot) => {
  if (!isJsonObject(value)) report(spot, 'this must be an object, by name');
};

/** Checks a graph: its members, its nodes, its edges, and whether it can run to an end. */
export function checkGraph(graph: JsonObject, spot: Spot, { common, checkNode }: NodeChecks): void {
  const state = objectOf(graph, 'state');
  const nodes = objectOf(graph, 'nodes');
  const stateKeys = new Set(Object.keys(state));
  const siblings = new Set(Object.keys(nodes));
  checkMembers(graph, spot, {
    ...common,
    state: must(SOME_OBJECT, 'the keys that its nodes share, {} for none'),
    nodes: must(SOME_OBJECT, 'its nodes by name'),
    edges: must(
      list(() => undefined),
      'what is due after each node, [] for one node',
    ),
    entry: must(list(nodeOf(siblings), { min: 1, unique: true }), 'the nodes that are due first'),
    stepsMax: may(whole(1, GRAPH_STEPS_MAX)),
    output: may(list(keyOf(stateKeys), { unique: true })),
  });
  checkInputKeys(graph, spot, stateKeys);
  checkState(state, within(spot, 'state'));
  const { scope } = spot;
  const secretKeys = new Set([...stateKeys].filter((key) => isSecret(state[key])));
  checkSecretInput(graph, spot, secretKeys);
  const inner: Spot = {
    ...spot,
    scope: {
      ...scope,
      contexts: new Set<FlowContext>([...scope.contexts, 'state']),
      stateKeys,
      secretKeys,
      siblings,
      depth: scope.depth + 1,
    },
  };
  const fannedOut = fannedOutBy(memberOf(graph, 'edges'));
  const sentTo = sentToBy(nodes);
  for (const [name, node] of Object.entries(nodes)) {
    const at = within(within(inner, 'nodes'), name);
    if (!isName(name)) report(at, `"${name}" cannot be the name of a node: take ${NAME_ADVICE}`, { atName: true });
    checkOutput(node, at);
    if (isJsonObject(node)) checkSecretWrites(node, at, fannedOut.has(name) || sentTo.has(name));
    checkNode(node ?? null, fannedOut.has(name) ? withItem(at) : at);
  }
  if (siblings.size === 0 && isJsonObject(memberOf(graph, 'nodes')))
    report(within(spot, 'nodes'), 'a graph needs a node: add one, of kind "pass" if need be');
  if (checkEdges(memberOf(graph, 'edges'), inner, fannedOut))
    checkTopology(graphShape(graph, spot.walk.reducers), inner);
}

function objectOf(graph: JsonObject, name: string): JsonObject {
  const value = memberOf(graph, name);
  return isJsonObject(value) ? value : {};
}

function isSecret(key: Json | undefined): boolean {
  return isJsonObject(key) && memberOf(key, 'secret') === true;
}

/** A graph takes an object from its nodes; a map always gives a list. */
function checkOutput(node: Json | undefined, spot: Spot): void {
  if (!isJsonObject(node) || memberOf(node, 'kind') !== 'map' || memberOf(node, 'writes') !== undefined) return;
  const advice = 'say which key takes it, e.g. "writes": { "results": "${{ output }}" }';
  report(spot, `a map gives a list, which is no update of the state: ${advice}`);
}

function withItem(spot: Spot): Spot {
  const contexts = new Set<FlowContext>([...spot.scope.contexts, 'item', 'index']);
  return { ...spot, scope: { ...spot.scope, contexts } };
}

/** The nodes that an edge with `each` leads to. */
function fannedOutBy(edges: Json | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const edge of Array.isArray(edges) ? (edges as readonly Json[]) : []) {
    if (!isJsonObject(edge) || memberOf(edge, 'each') === undefined) continue;
    const to = memberOf(edge, 'to');
    if (typeof to === 'string') names.add(to);
  }
  return names;
}

/** The nodes that a command, or a failure, may give something. */
function sentToBy(nodes: JsonObject): ReadonlySet<Json> {
  return new Set(
    Object.values(nodes).flatMap((node): readonly Json[] => {
      if (!isJsonObject(node)) return [];
      const leadsTo = memberOf(node, 'leadsTo');
      const onError = memberOf(node, 'onError');
      const goto = isJsonObject(onError) ? [memberOf(onError, 'goto') ?? null] : [];
      return Array.isArray(leadsTo) ? [...(leadsTo as readonly Json[]), ...goto] : goto;
    }),
  );
}

function nodeOf(names: ReadonlySet<string>): Check {
  return (value, spot) => {
    if (typeof value !== 'string' || !names.has(value))
      report(spot, `there is no node ${JSON.stringify(value)}: there are ${listed(names) || 'none'}`);
  };
}

function keyOf(keys: ReadonlySet<string>): Check {
  return (value, spot) => {
    if (typeof value !== 'string' || !keys.has(value))
      report(spot, `the state has no key ${JSON.stringify(value)}: there are ${listed(keys) || 'none'}`);
  };
}

/** Its input gives first values of keys: what it names must be there. */
function checkInputKeys(graph: JsonObject, spot: Spot, keys: ReadonlySet<string>): void {
  const input = memberOf(graph, 'input');
  if (input === undefined || typeof input === 'string') return;
  const at = within(spot, 'input');
  if (!isJsonObject(input)) {
    report(at, 'the input of a graph must be an object: the first values of its keys');
    return;
  }
  for (const key of Object.keys(input))
    if (!keys.has(key))
      report(within(at, key), `the state has no key "${key}": there are ${listed(keys) || 'none'}`, { atName: true });
}
