import { checkConflicts } from './check-conflicts.js';
import { checkJoins } from './check-joins.js';
import { report, type Spot, within } from './check-scope.js';
import { END } from './definition.js';
import type { GraphShape } from './graph-shape.js';
import { GRAPH_STEPS_MAX } from './limits.js';
import { END_INDEX } from './node-plan.js';

/** Checks the edges of a graph together: that each node may run, that it may come to an end, and that it is bounded. */
export function checkTopology(shape: GraphShape, spot: Spot): void {
  const successors = successorsOf(shape);
  const reached = reachedIn(shape);
  // Without an entry, which is a finding of its own, nothing would be reachable.
  if (shape.entry.length > 0) {
    for (const [index, name] of shape.names.entries()) {
      if (reached.has(index)) continue;
      const message = `nothing leads to "${name}": add an edge to it, name it in "entry", or leave it out`;
      report(within(within(spot, 'nodes'), name), message, { atName: true });
    }
  }
  const cycle = cycleIn(successors);
  if (cycle !== undefined && shape.stepsMax === undefined) {
    const names = cycle.map((index) => shape.names[index]).join(' -> ');
    report(spot, `${names} is a cycle: say "stepsMax", 1 to ${GRAPH_STEPS_MAX}, so that it is bounded`);
  }
  if (cycle !== undefined) checkEnds(shape, { spot, successors, reached });
  checkJoins(shape, spot);
  checkConflicts(shape, spot);
}

/** Where each node may lead, by edges, commands and failures; END_INDEX among it. */
function successorsOf({ names, edges, nodes }: GraphShape): readonly (readonly number[])[] {
  const successors = names.map((_, index): Set<number> => {
    const { goto, leadsTo } = nodes[index] ?? { goto: undefined, leadsTo: [] };
    return new Set(goto === undefined ? leadsTo : [...leadsTo, goto]);
  });
  for (const { from, to } of edges) for (const source of from) for (const target of to) successors[source]?.add(target);
  return successors.map((targets) => [...targets]);
}

/** The nodes that may run. A join's target does when all of its sources do. */
function reachedIn({ names, entry, edges, nodes }: GraphShape): ReadonlySet<number> {
  const reached = new Set<number>();
  const waiting = edges.map(({ from, kind }) => (kind === 'join' ? from.length : 1));
  const out = names.map((): number[] => []);
  for (const [at, { from }] of edges.entries()) for (const source of from) out[source]?.push(at);
  const queue = [...entry];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node === END_INDEX || reached.has(node)) continue;
    reached.add(node);
    const { goto, leadsTo = [] } = nodes[node] ?? {};
    queue.push(...leadsTo);
    if (goto !== undefined) queue.push(goto);
    for (const at of out[node] ?? []) {
      waiting[at] = (waiting[at] ?? 0) - 1;
      if (waiting[at] === 0) for (const target of edges[at]?.to ?? []) queue.push(target);
    }
  }
  return reached;
}

/** A cycle, its first node again at its end; undefined when there is none. Depth first, without recursion. */
function cycleIn(successors: readonly (readonly number[])[]): readonly number[] | undefined {
  const state = new Uint8Array(successors.length);
  const next = new Uint32Array(successors.length);
  for (let start = 0; start < successors.length; start += 1) {
    if (state[start] !== 0) continue;
    const path = [start];
    state[start] = 1;
    while (path.length > 0) {
      const node = path.at(-1) ?? 0;
      const at = next[node] ?? 0;
      next[node] = at + 1;
      const target = successors[node]?.[at];
      if (target === undefined) {
        state[node] = 2;
        path.pop();
      } else if (target !== END_INDEX && state[target] === 1) {
        return [...path.slice(path.indexOf(target)), target];
      } else if (target !== END_INDEX && state[target] === 0) {
        state[target] = 1;
        path.push(target);
      }
    }
  }
  return undefined;
}

interface Ends {
  readonly spot: Spot;
  readonly successors: readonly (readonly number[])[];
  readonly reached: ReadonlySet<number>;
}

/** Each node must have a way to an end: a node that may lead nowhere, or `$end`. */
function checkEnds({ names, edges, nodes }: GraphShape, { spot, successors, reached }: Ends): void {
  const goesOn = new Set(edges.flatMap(({ from, isSure }) => (isSure ? from : [])));
  const predecessors = names.map((): number[] => []);
  const queue: number[] = [];
  for (const [node, targets] of successors.entries()) {
    if (!goesOn.has(node) || targets.includes(END_INDEX)) queue.push(node);
    for (const target of targets) predecessors[target]?.push(node);
  }
  const ends = new Set<number>();
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (ends.has(node)) continue;
    ends.add(node);
    queue.push(...(predecessors[node] ?? []));
  }
  for (const [node, name] of names.entries()) {
    if (ends.has(node) || !reached.has(node) || nodes[node] === undefined) continue;
    const message = `"${name}" has no way to an end: give an edge of its cycle a "when", or add one to "${END}"`;
    report(within(within(spot, 'nodes'), name), message, { atName: true });
  }
}
