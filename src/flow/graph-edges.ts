import { errorData, type Json, type JsonObject, TauError } from 'tau-core';
import { childPath } from './children.js';
import { errorValue } from './error-value.js';
import type { Due } from './event.js';
import { commandOf, isCommanded } from './graph-command.js';
import { followsEdges } from './graph-due.js';
import { isComplete, joinName, joinsAfter, joinsTouched } from './graph-joins.js';
import { inWords } from './in-words.js';
import { type EdgePlan, END_INDEX, type GraphPlan } from './node-plan.js';
import type { Place, PlaceOf } from './place.js';
import { FlowScope } from './scope.js';
import type { GraphEntry } from './state.js';
import { sizeError, sizeOf } from './value-size.js';

/** What is due after a step, in order of the nodes; `$end` is not in it. */
export interface Next {
  readonly due: readonly Due[];
  readonly joined: readonly string[];
}

/** What is due of one node: once for all edges, and each time that it is given something. */
interface NodeDue {
  plain: boolean;
  readonly given: Exclude<Due, string>[];
}

class Collected {
  readonly nodes = new Map<number, NodeDue>();

  add(node: number, due?: Exclude<Due, string>): void {
    if (node === END_INDEX) return;
    let known = this.nodes.get(node);
    if (known === undefined) {
      known = { plain: false, given: [] };
      this.nodes.set(node, known);
    }
    if (due === undefined) known.plain = true;
    else known.given.push(due);
  }

  inOrder(plan: GraphPlan): readonly Due[] {
    const due: Due[] = [];
    const nodes = this.nodes.size > 1 ? [...this.nodes].sort(([a], [b]) => a - b) : this.nodes;
    for (const [node, { plain, given }] of nodes) {
      const name = plan.children[node]?.name;
      if (name === undefined) continue;
      if (plain) due.push(name);
      for (const one of given) due.push(one);
    }
    return due;
  }
}

/**
 * What is due once all of a step have ended, and its updates are in.
 *
 * @throws TauError EXPRESSION_FAILED
 */
export function dueAfter(place: PlaceOf<'graph'>, values: JsonObject): Next {
  const { plan, activation } = place;
  const [first] = activation.entries;
  const only = activation.entries.length === 1 && first?.length === 1 ? first[0] : undefined;
  const simple = only && simpleDue(plan, only);
  if (simple !== undefined) return simple;
  const found = new Collected();
  let key = 0;
  for (const chunk of activation.entries) {
    for (const entry of chunk) {
      addAfter(place, { entry, key, values }, found);
      key += 1;
    }
  }
  const joined = plan.joins.length === 0 ? NOT_JOINED : addJoins(place, values, found);
  return { due: found.inOrder(plan), joined };
}

const NOT_JOINED: readonly string[] = [];

/** One node with one edge that asks for nothing, or with none: nothing is to be collected. */
function simpleDue(plan: GraphPlan, entry: GraphEntry): Next | undefined {
  if (entry.of.kind !== 'ok') return undefined;
  const node = plan.nodeIndex.get(entry.node) ?? -1;
  const edges = plan.out[node] ?? [];
  const child = plan.children[node];
  if (edges.length > 1 || (child?.kind === 'task' && child.leadsTo !== undefined)) return undefined;
  const [edge] = edges;
  if (edge === undefined) return { due: [], joined: NOT_JOINED };
  if (edge.kind !== 'to' || edge.when !== undefined) return undefined;
  const name = plan.children[edge.to]?.name;
  return { due: name === undefined ? [] : [name], joined: NOT_JOINED };
}

interface EndedEntry {
  readonly entry: GraphEntry;
  readonly key: number;
  readonly values: JsonObject;
}

function addAfter(place: PlaceOf<'graph'>, ended: EndedEntry, found: Collected): void {
  const { plan } = place;
  const { entry } = ended;
  const node = plan.nodeIndex.get(entry.node) ?? -1;
  if (entry.of.kind === 'failed') {
    const onError = plan.children[node]?.onError;
    const name = typeof onError === 'object' ? plan.children[onError.goto]?.name : undefined;
    if (typeof onError === 'object' && name !== undefined)
      found.add(onError.goto, { node: name, given: { error: errorValue(entry.of.error) } });
    return;
  }
  if (entry.of.kind !== 'ok') return;
  if (!followsEdges(plan, entry)) return addCommand(plan, entry, found);
  const scope = lazyScope(place, ended);
  for (const edge of plan.out[node] ?? []) addEdge(plan, edge, { scope, found });
}

function addCommand(plan: GraphPlan, entry: GraphEntry, found: Collected): void {
  const command = entry.of.kind === 'ok' && isCommanded(plan, entry) ? commandOf(entry.of) : undefined;
  for (const name of command?.goto ?? []) found.add(plan.nodeIndex.get(name) ?? END_INDEX);
  for (const { to, input } of command?.send ?? [])
    found.add(plan.nodeIndex.get(to) ?? END_INDEX, { node: to, given: input });
}

interface EdgeUse {
  readonly scope: () => FlowScope;
  readonly found: Collected;
}

function addEdge(plan: GraphPlan, edge: EdgePlan, { scope, found }: EdgeUse): void {
  switch (edge.kind) {
    case 'to':
      if (edge.when === undefined || edge.when(scope())) found.add(edge.to);
      return;
    case 'choose': {
      const choice = edge.choices.find(({ when }) => when === undefined || when(scope()));
      if (choice !== undefined) found.add(choice.to);
      return;
    }
    case 'each': {
      const items = edge.each(scope());
      const name = plan.children[edge.to]?.name;
      if (!Array.isArray(items)) throw noList(plan, edge, items);
      const tooLarge = sizeError(sizeOf(items as Json), `the list of edge ${edge.index}, of its "each",`);
      if (tooLarge !== undefined) throw new TauError(tooLarge);
      if (items.length > 0 && name !== undefined) found.add(edge.to, { node: name, items });
      return;
    }
    case 'join':
  }
}

function noList(plan: GraphPlan, { index, to }: Extract<EdgePlan, { kind: 'each' }>, items: Json): Error {
  const name = plan.children[to]?.name ?? '';
  return new TauError(
    errorData(
      'EXPRESSION_FAILED',
      `edge ${index} of ${plan.place}, to "${name}": its "each" must give a list, and gives ${inWords(items)}: name a list, e.g. "each": "state.items"`,
      {
        details: { place: `${plan.place}.edges[${index}].each` },
      },
    ),
  );
}

/** What an edge sees: the state after the step, and what its node gave. */
function lazyScope(graph: Place, { entry, key, values }: EndedEntry): () => FlowScope {
  let made: FlowScope | undefined;
  return () => {
    made ??= makeScope(graph, { entry, key, values });
    return made;
  };
}

function makeScope(graph: Place, { entry, key, values }: EndedEntry): FlowScope {
  const plan =
    graph.plan.kind === 'graph' ? graph.plan.children[graph.plan.nodeIndex.get(entry.node) ?? -1] : undefined;
  const at = childPath(graph.plan, graph.activation, graph.at, key);
  const place: Place = {
    run: graph.run,
    at,
    plan: plan ?? graph.plan,
    activation: { kind: 'pass' },
    key,
    parent: graph,
  };
  // Without an output it gave the state; null is one.
  const given = entry.of.kind === 'ok' ? entry.of.output : null;
  const output = given === undefined ? values : given;
  return new FlowScope(place, { output, values });
}

/** Joins whose sources have all ended since they were last due, in the definition's order. */
function addJoins(place: PlaceOf<'graph'>, values: JsonObject, found: Collected): readonly string[] {
  const { plan, activation } = place;
  // Others were looked at when theirs ended.
  const touched = [...joinsTouched(plan, activation).keys()].sort((a, b) => a.join - b.join);
  if (touched.length === 0) return NOT_JOINED;
  const seen = joinsAfter(plan, activation) ?? {};
  const joined: string[] = [];
  for (const join of touched) {
    const name = joinName(plan, join);
    if (!isComplete(plan, join, seen[name] ?? [])) continue;
    const scope = new FlowScope({ ...place, parent: place }, { given: null, values, output: null });
    if (join.when !== undefined && !join.when(scope)) continue;
    joined.push(name);
    found.add(join.to);
  }
  return joined;
}
