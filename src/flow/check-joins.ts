import { report, type Spot, within } from './check-scope.js';
import { type Choice, dominatorsOf } from './dominators.js';
import type { GraphShape } from './graph-shape.js';

/** Ancestors that are looked at for all joins of a graph together: the check is an aid, and must not take long. */
const LOOKS_MAX = 1_000_000;

/**
 * Checks that the nodes of a join can run together at all. They cannot when two of them are only to be reached by
 * different choices of one edge, which is looked at once, or one by the good end of a node and the other by its failure: the join
 * would wait for ever, and the graph end without it.
 */
export function checkJoins(shape: GraphShape, spot: Spot): void {
  const joins = shape.edges.filter(({ kind }) => kind === 'join');
  if (joins.length === 0 || !hasChoices(shape)) return;
  const tree = dominatorsOf(shape);
  const often = nodesThatRunOften(shape);
  let looks = 0;
  for (const { index, from } of joins) {
    const choiceBy = new Map<number, { readonly choice: Choice; readonly node: number }>();
    for (const node of from) {
      for (const choice of tree.choicesAbove(node)) {
        looks += 1;
        if (looks > LOOKS_MAX) return;
        const other = choiceBy.get(choice.edge);
        const source = choice.edge < 0 ? -1 - choice.edge : shape.edges[choice.edge]?.from[0];
        if (other === undefined) choiceBy.set(choice.edge, { choice, node });
        else if (other.choice.to !== choice.to && source !== undefined && !often.has(source)) {
          const both = `"${shape.names[other.node]}" and "${shape.names[node]}"`;
          const why =
            choice.edge < 0
              ? `"${shape.names[-1 - choice.edge]}" ends well or leads to its "goto"`
              : `edges[${choice.edge}] chooses one of them`;
          const message = `${both} never both run: ${why}; make one edge from each`;
          report(within(within(spot, 'edges'), index), message);
          return;
        }
      }
    }
  }
}

function hasChoices({ edges, nodes }: GraphShape): boolean {
  return edges.some(({ kind }) => kind === 'choose') || nodes.some(({ goto }) => goto !== undefined);
}

/**
 * The nodes that may run more than once: their edges are looked at each time. They are those behind a fan-out or a
 * command, and those with several ways to them.
 */
function nodesThatRunOften({ names, entry, edges, nodes }: GraphShape): ReadonlySet<number> {
  const ways = new Uint32Array(names.length);
  const often = new Set<number>();
  const out = names.map((): number[] => []);
  const lead = (to: number): void => {
    if (to < 0) return;
    ways[to] = (ways[to] ?? 0) + 1;
    if ((ways[to] ?? 0) > 1) often.add(to);
  };
  for (const node of entry) lead(node);
  for (const { kind, from, to } of edges) {
    for (const target of new Set(to)) {
      lead(target);
      if (kind === 'each') often.add(target);
      for (const source of from) out[source]?.push(target);
    }
  }
  for (const [node, { goto, leadsTo }] of nodes.entries()) {
    for (const target of goto === undefined ? leadsTo : [...leadsTo, goto]) {
      often.add(target);
      out[node]?.push(target);
    }
  }
  const queue = [...often];
  const found = new Set<number>();
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    queue.push(...(out[node] ?? []));
  }
  return found;
}
