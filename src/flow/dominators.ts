import type { GraphShape } from './graph-shape.js';

/** One choice: by an edge, its index and the node that is chosen; or how a node with `goto` ends, well or badly. */
export interface Choice {
  /** The index of the edge; of a node's end `-1` less the node's index. */
  readonly edge: number;
  readonly to: number;
}

/** How a node with `goto` ends, in place of the node that is chosen. */
const ENDS_WELL = -2;
const FAILS = -3;

/** What must have run before a node does. */
export interface Dominators {
  /** The choices without which a node cannot be reached, the nearest first. */
  choicesAbove(node: number): Iterable<Choice>;
}

/**
 * Dominators of a graph, each choice of an edge being a node of its own (Cooper, Harvey, Kennedy: "A Simple, Fast
 * Dominance Algorithm", 2001). A join counts as an edge from each of its sources, so that less is said to be needed
 * than is.
 */
export function dominatorsOf(shape: GraphShape): Dominators {
  const { names, entry, edges, nodes } = shape;
  const root = names.length;
  const out: number[][] = [...names.map((): number[] => []), [...entry]];
  const choices = new Map<number, Choice>();
  // Where the edges from a node start: behind its good end, when it has another one.
  const ends = names.map((_, node) => node);
  const endsOf = (node: number, to: number): number => {
    choices.set(out.length, { edge: -1 - node, to });
    out[node]?.push(out.length);
    return out.push([]) - 1;
  };
  for (const [node, { goto }] of nodes.entries()) if (goto !== undefined) ends[node] = endsOf(node, ENDS_WELL);
  for (const { kind, index, from, to } of edges) {
    for (const target of to) {
      if (target < 0) continue;
      if (kind !== 'choose') {
        for (const source of from) out[ends[source] ?? source]?.push(target);
        continue;
      }
      choices.set(out.length, { edge: index, to: target });
      for (const source of from) out[ends[source] ?? source]?.push(out.length);
      out.push([target]);
    }
  }
  for (const [node, { goto, leadsTo }] of nodes.entries()) {
    for (const target of leadsTo) if (target >= 0) out[ends[node] ?? node]?.push(target);
    if (goto !== undefined) out[endsOf(node, FAILS)]?.push(goto);
  }
  const parents = immediateDominators(out, root);
  return {
    *choicesAbove(node) {
      // A source of a join has ended well.
      const end = ends[node] ?? node;
      const first = choices.get(end);
      if (first !== undefined) yield first;
      for (let at = parents[node] ?? -1; at >= 0 && at !== root; at = parents[at] ?? -1) {
        const choice = choices.get(at);
        if (choice !== undefined) yield choice;
      }
    },
  };
}

/** The immediate dominator of each node; the root's is itself, -1 is that of nodes which are not reached. */
function immediateDominators(out: readonly (readonly number[])[], root: number): Int32Array {
  const order = postOrder(out, root);
  const rank = new Int32Array(out.length).fill(-1);
  for (const [at, node] of order.entries()) rank[node] = at;
  const into = out.map((): number[] => []);
  for (const node of order) for (const target of out[node] ?? []) into[target]?.push(node);
  const parents = new Int32Array(out.length).fill(-1);
  parents[root] = root;
  const meet = (one: number, two: number): number => {
    let [a, b] = [one, two];
    while (a !== b) {
      while ((rank[a] ?? 0) < (rank[b] ?? 0)) a = parents[a] ?? root;
      while ((rank[b] ?? 0) < (rank[a] ?? 0)) b = parents[b] ?? root;
    }
    return a;
  };
  // Two rounds settle graphs without tangled cycles; the bound keeps others from taking long: nothing is said of them.
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let isSettled = true;
    for (let at = order.length - 2; at >= 0; at -= 1) {
      const node = order[at] ?? root;
      let parent = -1;
      for (const source of into[node] ?? [])
        if ((parents[source] ?? -1) >= 0) parent = parent < 0 ? source : meet(source, parent);
      if (parents[node] === parent) continue;
      parents[node] = parent;
      isSettled = false;
    }
    if (isSettled) return parents;
  }
  return new Int32Array(out.length).fill(-1);
}

const ROUNDS_MAX = 20;

/** Nodes that are reached from the root, each behind those that it leads to; the root is last. */
function postOrder(out: readonly (readonly number[])[], root: number): readonly number[] {
  const order: number[] = [];
  const next = new Uint32Array(out.length);
  const seen = new Uint8Array(out.length);
  const path = [root];
  seen[root] = 1;
  while (path.length > 0) {
    const node = path.at(-1) ?? root;
    const at = next[node] ?? 0;
    next[node] = at + 1;
    const target = out[node]?.[at];
    if (target === undefined) {
      order.push(node);
      path.pop();
    } else if (seen[target] === 0) {
      seen[target] = 1;
      path.push(target);
    }
  }
  return order;
}
