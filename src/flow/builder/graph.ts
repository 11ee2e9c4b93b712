import { tauError } from 'tau-core';
import type { CommonNode, FlowNode, GraphEdge, GraphNode } from '../definition.js';
import { listed } from '../listed.js';
import type { EdgeBetween } from './edges.js';
import type { TypedGraph, TypedKeys } from './state-keys.js';

/** A graph as it is written down: names of nodes are checked by TypeScript. */
export interface GraphOptions<Keys extends TypedKeys, Name extends string> extends CommonNode {
  /** Default: no keys. */
  readonly state?: Keys;
  readonly nodes: { readonly [name in Name]: FlowNode };
  readonly edges: readonly EdgeBetween<NoInfer<Name>>[];
  /** Default: the node that nothing leads to, when there is exactly one. */
  readonly entry?: NoInfer<Name> | readonly NoInfer<Name>[];
  readonly stepsMax?: number;
  readonly output?: readonly (keyof Keys & string)[];
}

/**
 * A graph over a state that its nodes share.
 *
 * @throws TauError DEFINITION_REFUSED when `entry` is left out and is not clear.
 * @example
 * ```ts
 * import { append, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
 *
 * const review = graph({
 *   state: { draft: replace<string>(), notes: append<string>(), ok: replace<boolean>(false) },
 *   nodes: {
 *     write: task('model:write', { writes: { draft: '${{ output.text }}' } }),
 *     judge: task('model:judge', { writes: { ok: '${{ output.ok }}', notes: '${{ output.note }}' } }),
 *   },
 *   edges: [edge('write', 'judge'), choose('judge', [{ when: 'state.ok', to: '$end' }, { to: 'write' }])],
 *   entry: 'write',
 *   stepsMax: 20,
 * });
 * const flow = defineFlow('review', review);
 * ```
 */
export function graph<Keys extends TypedKeys = Record<never, never>, Name extends string = string>(
  options: GraphOptions<Keys, Name>,
): TypedGraph<Keys> {
  const { state, nodes, edges, entry, ...others } = options;
  const names = Object.keys(nodes);
  const firsts = entry === undefined ? [onlyEntry(names, nodes, edges)] : typeof entry === 'string' ? [entry] : entry;
  return { kind: 'graph', state: state ?? {}, nodes, edges, entry: firsts as readonly string[], ...others };
}

/** The one node that nothing leads to. */
function onlyEntry(names: readonly string[], nodes: GraphNode['nodes'], edges: readonly GraphEdge[]): string {
  const targets = new Set(edges.flatMap((edge) => ('choose' in edge ? edge.choose.map(({ to }) => to) : [edge.to])));
  for (const node of Object.values(nodes)) {
    if (typeof node.onError === 'object') targets.add(node.onError.goto);
    if (node.kind === 'task') for (const target of node.leadsTo ?? []) targets.add(target);
  }
  const firsts = names.filter((name) => !targets.has(name));
  const [first] = firsts;
  if (first !== undefined && firsts.length === 1) return first;
  const which = firsts.length === 0 ? 'every node has an edge to it' : `nothing leads to ${listed(firsts)}`;
  throw tauError('DEFINITION_REFUSED', `a graph must say where it begins: ${which}; add "entry"`);
}
