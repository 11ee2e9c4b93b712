import type { Due } from './event.js';
import { followsEdges } from './graph-due.js';
import { END_INDEX, type GraphPlan, type JoinEdgePlan } from './node-plan.js';
import type { GraphActivation } from './state.js';

const joinNames = new WeakMap<JoinEdgePlan, string>();

/** The name of a join in states and events, `a+b>c`: it must outlive a change of the definition. */
export function joinName(plan: GraphPlan, join: JoinEdgePlan): string {
  let name = joinNames.get(join);
  if (name === undefined) {
    const to = join.to === END_INDEX ? '$end' : (plan.children[join.to]?.name ?? '');
    name = `${join.from.map((from) => plan.children[from]?.name ?? '').join('+')}>${to}`;
    joinNames.set(join, name);
  }
  return name;
}

/** The node that a join leads to, by the join's name. */
function targetOf(name: string): string {
  return name.slice(name.lastIndexOf('>') + 1);
}

/** Joins that a node of this step is a source of, and which of their sources are in it. */
export function joinsTouched(plan: GraphPlan, { entries }: GraphActivation): ReadonlyMap<JoinEdgePlan, Set<string>> {
  const touched = new Map<JoinEdgePlan, Set<string>>();
  for (const chunk of entries) {
    for (const entry of chunk) {
      if (!followsEdges(plan, entry)) continue;
      for (const edge of plan.out[plan.nodeIndex.get(entry.node) ?? -1] ?? []) {
        if (edge.kind !== 'join') continue;
        const sources = touched.get(edge);
        if (sources === undefined) touched.set(edge, new Set([entry.node]));
        else sources.add(entry.node);
      }
    }
  }
  return touched;
}

/** What came of a graph's step is looked at as it is decided, and again as that is evolved. */
const afterStep = new WeakMap<
  GraphActivation,
  { readonly plan: GraphPlan; readonly joins: GraphActivation['joins'] }
>();

/** Which sources of each join have ended, the entries of the step among them. */
export function joinsAfter(plan: GraphPlan, graph: GraphActivation): GraphActivation['joins'] {
  if (plan.joins.length === 0) return graph.joins;
  const known = afterStep.get(graph);
  if (known?.plan === plan) return known.joins;
  const touched = joinsTouched(plan, graph);
  const joins = touched.size === 0 ? graph.joins : withSources(plan, { ...graph.joins }, touched);
  afterStep.set(graph, { plan, joins });
  return joins;
}

/** Each list is written once: a join may have thousands of sources, that end one by one or together. */
function withSources(
  plan: GraphPlan,
  joins: { [join: string]: readonly string[] },
  touched: ReadonlyMap<JoinEdgePlan, ReadonlySet<string>>,
): GraphActivation['joins'] {
  for (const [join, sources] of touched) {
    const name = joinName(plan, join);
    const seen = joins[name] ?? [];
    const known = sources.size > 1 ? new Set(seen) : undefined;
    const others = [...sources].filter((source) => !(known?.has(source) ?? seen.includes(source)));
    if (others.length > 0) joins[name] = [...seen, ...others];
  }
  return joins;
}

/** Whether all sources of a join are among those that have ended. */
export function isComplete(plan: GraphPlan, join: JoinEdgePlan, ended: readonly string[]): boolean {
  if (ended.length < join.from.length) return false;
  const known = new Set(ended);
  return join.from.every((from) => known.has(plan.children[from]?.name ?? ''));
}

/** What is left of joins once nodes are due: what has ended counts from when the node of a join was last due. */
export function joinsWithout(
  joins: GraphActivation['joins'],
  due: readonly Due[],
  joined: readonly string[] = [],
): GraphActivation['joins'] {
  if (joins === undefined) return undefined;
  const gone = new Set(joined);
  const nodes = new Set(due.map((one) => (typeof one === 'string' ? one : one.node)));
  const left = Object.entries(joins).filter(([name]) => !gone.has(name) && !nodes.has(targetOf(name)));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** A join of which some sources have ended, and others have not. */
export interface UnmetJoin {
  readonly name: string;
  readonly to: string;
  readonly missing: readonly string[];
}

/** The joins of a graph that is at its end which nothing will complete any more. */
export function unmetJoins(plan: GraphPlan, { joins }: GraphActivation): readonly UnmetJoin[] {
  if (joins === undefined) return [];
  return plan.joins.flatMap((join) => {
    const name = joinName(plan, join);
    const ended = joins[name];
    if (ended === undefined || join.to === END_INDEX || isComplete(plan, join, ended)) return [];
    const known = new Set(ended);
    const sources = join.from.map((from) => plan.children[from]?.name ?? '');
    return [{ name, to: targetOf(name), missing: sources.filter((source) => !known.has(source)) }];
  });
}

/**
 * The joins of a graph under another version of its definition: each has those of its sources that have ended since its node was
 * last due, whichever joins to that node they were sources of.
 */
export function joinsUnder(to: GraphPlan, joins: GraphActivation['joins']): GraphActivation['joins'] {
  if (joins === undefined) return undefined;
  const ended = new Map<string, Set<string>>();
  for (const [name, sources] of Object.entries(joins)) {
    const known = ended.get(targetOf(name)) ?? new Set();
    for (const source of sources) known.add(source);
    ended.set(targetOf(name), known);
  }
  const moved = to.joins.flatMap((join) => {
    const name = joinName(to, join);
    const known = ended.get(targetOf(name));
    const sources = join.from.map((from) => to.children[from]?.name ?? '').filter((source) => known?.has(source));
    return sources.length === 0 ? [] : [[name, sources] as const];
  });
  return moved.length === 0 ? undefined : Object.fromEntries(moved);
}
