import type { Json } from 'tau-core';
import type { FlowPlan } from './flow-plan.js';
import type { NodePlan } from './node-plan.js';

/** Where in an input the value of a secret key is. */
export interface SecretSpot {
  readonly key: string;
  /** Names of members, from the whole value down; none is the value itself. */
  readonly path: readonly string[];
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
 * Where, in what a call gave, the values of secret keys are. For a node of the graph: where its `writes` take them
 * from, or under the key's name. For what is deeper: under the key's name, as patterns pass their outputs on.
 */
export function secretSpots(plan: FlowPlan, callId: string): readonly SecretSpot[] {
  const colon = callId.indexOf(':');
  const nodes = nodesOn(plan, colon < 0 ? callId : callId.slice(0, colon));
  const leaf = nodes.at(-1);
  if (leaf === undefined) return [];
  // What a person answers to a question has the value in it.
  const prefix = colon >= 0 || leaf.kind === 'ask' ? ['value'] : [];
  return nodes.flatMap((graph, depth) => {
    const node = nodes[depth + 1];
    if (graph.kind !== 'graph' || node === undefined) return [];
    const isCommand = node.kind === 'task' && node.leadsTo !== undefined;
    return graph.keys.flatMap(({ name, secret }) => {
      if (!secret) return [];
      const written = node.node.writes === undefined ? [name] : outputPath(node.node.writes[name]);
      if (written === undefined) return [];
      return [{ key: name, path: [...prefix, ...(isCommand ? ['update', name] : written)] }];
    });
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
