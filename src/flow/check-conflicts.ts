import { report, type Spot, within } from './check-scope.js';
import type { GraphShape } from './graph-shape.js';
import { END_INDEX } from './node-plan.js';

/**
 * Checks that no two nodes which are sure to run in one step write a key that takes one update a step. Sure are: the
 * nodes that are due first, and those that edges without conditions lead to from one node; and each node that is due
 * once for each item, with itself.
 */
export function checkConflicts(shape: GraphShape, spot: Spot): void {
  const single = new Set(shape.singleKeys);
  if (single.size === 0) return;
  checkGroup(shape, shape.entry, { spot, single });
  const together = shape.names.map((): number[] => []);
  for (const { kind, from, to, isSure } of shape.edges) {
    const [source] = from;
    if (source === undefined) continue;
    if (kind === 'each') checkFanOut(shape, to[0], { spot, single });
    if (kind === 'to' && isSure && shape.nodes[source]?.commands === false) together[source]?.push(...to);
  }
  for (const group of together) checkGroup(shape, group, { spot, single });
}

interface Single {
  readonly spot: Spot;
  readonly single: ReadonlySet<string>;
}

function checkGroup({ names, nodes }: GraphShape, group: readonly number[], { spot, single }: Single): void {
  const writers = new Map<string, number>();
  for (const node of new Set(group)) {
    if (node === END_INDEX) continue;
    for (const key of nodes[node]?.writes ?? []) {
      const other = writers.get(key);
      if (single.has(key) && other !== undefined) {
        const both = `"${names[other]}" and "${names[node]}" run in one step and both write "${key}"`;
        reportWrite(names[node], key, { spot, problem: both });
      }
      writers.set(key, node);
    }
  }
}

function checkFanOut({ names, nodes }: GraphShape, node: number | undefined, { spot, single }: Single): void {
  if (node === undefined) return;
  for (const key of nodes[node]?.writes ?? []) {
    if (!single.has(key)) continue;
    const problem = `"${names[node]}" is due once for each item and writes "${key}"`;
    reportWrite(names[node], key, { spot, problem });
  }
}

function reportWrite(
  node: string | undefined,
  key: string,
  { spot, problem }: { readonly spot: Spot; readonly problem: string },
): void {
  const at = within(within(within(within(spot, 'nodes'), node ?? ''), 'writes'), key);
  report(at, `${problem}, which takes one update a step: give the key another reducer, e.g. "last" or "append"`);
}
