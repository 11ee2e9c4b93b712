import { compileCondition, compileList } from './compile-condition.js';
import { compileEdges, compileEntry, compileState, compileWrites, nodeIndexOf } from './compile-graph.js';
import { compileJson, compileKey, compileString } from './compile-value.js';
import {
  type FlowNode,
  GRAPH_STEPS_DEFAULT,
  type GraphNode,
  type NodeLock,
  type Question,
  type TaskNode,
} from './definition.js';
import { messageGuard } from './message-guard.js';
import { childrenOf } from './node-children.js';
import type { CommonPlan, GraphPlan, LockPlan, NodePlan, QuestionPlan, TaskPlan } from './node-plan.js';
import { DEFAULT_ACTIONS } from './question-actions.js';
import type { Reducers } from './reducer.js';
import { splitSecrets } from './secret-places.js';

/** What one compilation collects, and looks up. */
export interface Compilation {
  readonly nodes: NodePlan[];
  readonly reducers: Reducers;
}

/** Where a node stands. */
export interface NodeSpot {
  readonly name: string;
  readonly indexes: readonly number[];
  readonly place: string;
  /** The graph that it is a node of. */
  readonly graph?: GraphScope;
}

/** What a node of a graph needs to know of it. */
export interface GraphScope {
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly keyIndex: ReadonlyMap<string, number>;
}

/** Compiles a node and what is in it. */
export function compileNode(node: FlowNode, spot: NodeSpot, compilation: Compilation): NodePlan {
  const { nodes } = compilation;
  const id = nodes.length;
  // Its children come behind it: the place is taken before they are compiled.
  const taken: (NodePlan | undefined)[] = nodes;
  taken.push(undefined);
  const graph = node.kind === 'graph' ? scopeOf(node) : undefined;
  const children = childrenOf(node).map(({ name, place, node: child }, index) =>
    compileNode(
      child,
      {
        name,
        indexes: [...spot.indexes, index],
        place: `${spot.place}${place}`,
        ...(graph !== undefined && { graph }),
      },
      compilation,
    ),
  );
  const plan = planNode(node, commonPlan(node, spot, { id, children }), { graph, spot, compilation });
  nodes[id] = plan;
  return plan;
}

function scopeOf(node: GraphNode): GraphScope {
  return {
    nodeIndex: nodeIndexOf(node),
    keyIndex: new Map(Object.keys(node.state).map((name, index) => [name, index])),
  };
}

function commonPlan(
  node: FlowNode,
  spot: NodeSpot,
  { id, children }: { readonly id: number; readonly children: readonly NodePlan[] },
): CommonPlan {
  const { name, indexes, place, graph } = spot;
  const { onError, interrupt } = node;
  const goto = typeof onError === 'object' ? graph?.nodeIndex.get(onError.goto) : undefined;
  return {
    id,
    name,
    indexes,
    place,
    node,
    children,
    input: node.input === undefined ? undefined : compileJson(node.input, `${place}.input`),
    writes: node.writes && graph && compileWrites(node.writes, graph.keyIndex, `${place}.writes`),
    timeoutMs: node.timeoutMs,
    onError: goto !== undefined ? { goto } : typeof onError === 'object' ? 'fail' : (onError ?? 'fail'),
    before: interrupt?.before && compileQuestion(interrupt.before, 'before', `${place}.interrupt.before`),
    after: interrupt?.after && compileQuestion(interrupt.after, 'after', `${place}.interrupt.after`),
    lock: node.lock && compileLock(node.lock, `${place}.lock`),
  };
}

function planNode(
  node: FlowNode,
  common: CommonPlan,
  {
    graph,
    spot,
    compilation,
  }: { readonly graph: GraphScope | undefined; readonly spot: NodeSpot; readonly compilation: Compilation },
): NodePlan {
  const { place } = common;
  switch (node.kind) {
    case 'task':
      return planTask(node, common, spot.graph);
    case 'ask':
      return { ...common, kind: 'ask', ask: compileQuestion(node, 'ask', place) };
    case 'wait':
      return {
        ...common,
        kind: 'wait',
        ms: typeof node.ms === 'number' ? node.ms : compileJson(node.ms, `${place}.ms`),
      };
    case 'receive':
      return {
        ...common,
        kind: 'receive',
        when: node.when === undefined ? undefined : compileCondition(node.when, `${place}.when`),
        guard: messageGuard(node.when ?? ''),
      };
    case 'graph':
      return planGraph(node, common, { graph: graph ?? scopeOf(node), reducers: compilation.reducers });
    case 'parallel':
      return { ...common, kind: 'parallel', ...workersOf(node) };
    case 'map':
      return {
        ...common,
        kind: 'map',
        ...workersOf(node),
        over: node.over === undefined ? undefined : compileList(node.over, `${place}.over`),
      };
    case 'loop':
      return {
        ...common,
        kind: 'loop',
        until: compileCondition(node.until, `${place}.until`),
        roundsMax: node.roundsMax,
        onMax: node.onMax ?? 'fail',
      };
    case 'route':
      return {
        ...common,
        kind: 'route',
        choose: node.choose.map(({ when }, index) => compileCondition(when, `${place}.choose[${index}].when`)),
        otherwise: node.otherwise === undefined ? undefined : node.choose.length,
      };
    case 'saga': {
      let next = node.steps.length;
      const undo = node.steps.map((step) => (step.undo === undefined ? undefined : next++));
      return { ...common, kind: 'saga', steps: node.steps.length, undo };
    }
    default:
      return { ...common, kind: node.kind };
  }
}

function planTask(node: TaskNode, common: CommonPlan, graph: GraphScope | undefined): TaskPlan {
  const { place } = common;
  const split = node.input === undefined ? undefined : splitSecrets(node.input, `${place}.input`);
  return {
    ...common,
    kind: 'task',
    call: node.call,
    input: split && compileJson(split.input, `${place}.input`),
    retry: node.retry,
    policy: node.policy,
    stickyKey: node.stickyKey === undefined ? undefined : compileString(node.stickyKey, `${place}.stickyKey`),
    secrets: split?.places,
    leadsTo: node.leadsTo && graph && new Set(node.leadsTo.flatMap((name) => graph.nodeIndex.get(name) ?? [])),
  };
}

function planGraph(
  node: GraphNode,
  common: CommonPlan,
  { graph, reducers }: { readonly graph: GraphScope; readonly reducers: Reducers },
): GraphPlan {
  const keys = compileState(node, reducers);
  return {
    ...common,
    kind: 'graph',
    keys,
    keyIndex: graph.keyIndex,
    initial: Object.fromEntries(keys.map(({ name, initial }) => [name, initial])),
    nodeIndex: graph.nodeIndex,
    entry: compileEntry(node, graph.nodeIndex),
    ...compileEdges(node, graph.nodeIndex, common.place),
    stepsMax: node.stepsMax ?? GRAPH_STEPS_DEFAULT,
    output: node.output?.flatMap((name) => graph.keyIndex.get(name) ?? []),
  };
}

function workersOf(node: { readonly workers?: number; readonly failure?: 'fail-fast' | 'collect' }): {
  workers: number;
  failure: 'fail-fast' | 'collect';
} {
  return { workers: node.workers ?? Number.POSITIVE_INFINITY, failure: node.failure ?? 'fail-fast' };
}

function compileQuestion(question: Question, at: keyof typeof DEFAULT_ACTIONS, place: string): QuestionPlan {
  return {
    question: compileString(question.question, `${place}.question`),
    actions: question.actions ?? DEFAULT_ACTIONS[at],
    schema: question.schema,
    deadlineMs: question.deadlineMs,
    default: question.default,
  };
}

function compileLock(lock: NodeLock, place: string): LockPlan {
  return {
    ...lock,
    key: compileKey(lock.key, `${place}.key`),
    waiting: lock.waiting ?? 'queue',
  };
}
