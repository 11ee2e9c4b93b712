import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { FlowPlan } from './flow-plan.js';
import type { GraphPlan, NodePlan } from './node-plan.js';

/** Where in an input the value of a secret key is. */
export interface SecretSpot {
  readonly key: string;
  /** Names of members, from the whole value down; none is the value itself. */
  readonly path: readonly string[];
  /** Whether expressions look there: they find a member in any case. */
  readonly anyCase?: true;
  /** Present when the value is not taken for the key: it is only not to be seen. */
  readonly unused?: true;
}

const withSecrets = new WeakMap<FlowPlan, boolean>();

/** Whether any graph of a flow has a secret key: without, nothing need be looked for. */
export function hasSecretKeys(plan: FlowPlan): boolean {
  const known = withSecrets.get(plan);
  if (known !== undefined) return known;
  const found = plan.nodes.some((node) => node.kind === 'graph' && node.keys.some(({ secret }) => secret));
  withSecrets.set(plan, found);
  return found;
}

const OUTPUT_PATH = /^\$\{\{\s*output((?:\.[A-Za-z_][A-Za-z0-9_-]*)*)\s*\}\}$/;

/**
 * The path that a `writes` of a secret key takes from the output: `[]` is all of it; undefined when it is no such path.
 */
export function outputPath(value: Json | undefined): readonly string[] | undefined {
  const members = typeof value === 'string' ? OUTPUT_PATH.exec(value)?.[1] : undefined;
  return members === undefined ? undefined : members.split('.').slice(1);
}

/**
 * Where, in what a call gave, the values of secret keys are: where `writes` of its node take them from, under the key's name, in
 * the value of an answer that counts as the node's output, or as the input of a graph. Nothing else writes a secret key:
 * `validateFlow` sees to that.
 */
export function secretSpots(plan: FlowPlan, callId: string, output: Json): readonly SecretSpot[] {
  const colon = callId.indexOf(':');
  const nodes = nodesOn(plan, colon < 0 ? callId : callId.slice(0, colon));
  const node = nodes.at(-1);
  const graph = nodes.at(-2);
  if (node === undefined) return NO_SPOTS;
  const phase = colon < 0 ? undefined : /^:(before|after)/.exec(callId.slice(colon))?.[1];
  const written = graph?.kind === 'graph' ? writtenSpots(node, graph) : NO_SPOTS;
  if (phase === undefined && node.kind !== 'ask') return written;
  if (!isAnswer(output)) return [...inAnswer(written), ...written].map((spot) => ({ ...spot, unused: true }));
  const { action } = output;
  if (phase === 'before' && action === 'edit') return node.kind === 'graph' ? inAnswer(ownSpots(node)) : NO_SPOTS;
  const counts = phase === undefined ? action !== 'reject' : action === (phase === 'before' ? 'respond' : 'edit');
  return counts ? inAnswer(written) : NO_SPOTS;
}

const NO_SPOTS: readonly SecretSpot[] = [];

function isAnswer(output: Json): output is JsonObject {
  const action = isJsonObject(output) ? output['action'] : undefined;
  return action === 'approve' || action === 'edit' || action === 'respond' || action === 'reject';
}

/** What a person answers has the value in it. */
function inAnswer(spots: readonly SecretSpot[]): readonly SecretSpot[] {
  return spots.map((spot) => ({ ...spot, path: ['value', ...spot.path] }));
}

/** The secret keys of a graph, in an object with values of its keys. */
export function ownSpots(graph: GraphPlan): readonly SecretSpot[] {
  return graph.keys.flatMap(({ name, secret }) => (secret ? [{ key: name, path: [name] }] : []));
}

/** Where, in the output of a node, that is what its graph writes to secret keys. */
function writtenSpots(node: NodePlan, graph: GraphPlan): readonly SecretSpot[] {
  if (node.kind !== 'task' && node.kind !== 'ask') return NO_SPOTS;
  const { writes } = node.node;
  const isCommand = node.kind === 'task' && node.leadsTo !== undefined;
  return graph.keys.flatMap(({ name, secret }): readonly SecretSpot[] => {
    if (!secret) return [];
    if (isCommand) return [{ key: name, path: ['update', name] }];
    if (writes === undefined) return [{ key: name, path: [name] }];
    const path = Object.hasOwn(writes, name) ? outputPath(writes[name]) : undefined;
    return path === undefined ? [] : [{ key: name, path, anyCase: true }];
  });
}

const TOKEN = /\[\d+\]@\d+|\[\d+\]|#\d+|@\d+|\.|[^.[\]#@]+/g;

/** The nodes that a path of a run goes through, the root first. Empty when it is of another flow. */
export function nodesOn(plan: FlowPlan, at: string): readonly NodePlan[] {
  const nodes: NodePlan[] = [plan.root];
  if (at === '' || at === '$root') return nodes;
  for (const [token] of at.matchAll(TOKEN)) {
    const node = nodes.at(-1);
    // An item of a fan-out and a step of a graph are the same node.
    if (node === undefined || token === '.' || token.includes('@')) continue;
    const child = token.startsWith('[') || token.startsWith('#') ? node.children[0] : childNamed(node, token);
    if (child === undefined) return [];
    nodes.push(child);
  }
  return nodes;
}

function childNamed(node: NodePlan, name: string): NodePlan | undefined {
  if (node.kind === 'route' && name === '$otherwise')
    return node.otherwise === undefined ? undefined : node.children[node.otherwise];
  if (node.kind === 'saga' && name.endsWith('$undo')) {
    const step = node.children.findIndex((child) => `${child.name}$undo` === name);
    return node.children[node.undo[step] ?? -1];
  }
  return node.children.find((child) => child.name === name);
}
