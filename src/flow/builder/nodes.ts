import type {
  AskNode,
  ChainNode,
  FlowNode,
  LoopNode,
  MapNode,
  NamedNode,
  ParallelNode,
  PassNode,
  RaceNode,
  ReceiveNode,
  RouteNode,
  SagaNode,
  TaskNode,
  WaitNode,
} from '../definition.js';

/** What a node may say, but for what its function takes. */
type Options<Node, Taken extends keyof Node> = Omit<Node, 'kind' | Taken>;

/** Nodes by name, in order: letters, digits, `-` and `_`, the first a letter or `_`. */
export interface NodesByName {
  readonly [name: string]: FlowNode;
}

/**
 * Calls a capability.
 *
 * @example
 * ```ts
 * import { task } from 'tau-orchestrate/flow';
 *
 * const classify = task('model:classify', { input: { text: '${{ input.title }}' }, timeoutMs: 30_000 });
 * ```
 */
export function task(call: string, options: Options<TaskNode, 'call'> = {}): TaskNode {
  return { kind: 'task', call, ...options };
}

/**
 * Asks a person; its output is the answer's value.
 *
 * @example
 * ```ts
 * import { ask } from 'tau-orchestrate/flow';
 *
 * const approve = ask('Publish ${{ input.version }}?', {
 *   actions: ['approve', 'reject'],
 *   deadlineMs: 86_400_000,
 *   default: { action: 'reject', value: 'nobody answered within a day' },
 * });
 * ```
 */
export function ask(question: string, options: Options<AskNode, 'question'> = {}): AskNode {
  return { kind: 'ask', question, ...options };
}

/** Gives its input, and calls nothing: to make a value, e.g. `pass({ input: { done: true } })`. */
export function pass(options: Options<PassNode, never> = {}): PassNode {
  return { kind: 'pass', ...options };
}

/** Waits for milliseconds, or for what an expression in `${{ }}` gives; its output is its input. */
export function wait(ms: number | string, options: Options<WaitNode, 'ms'> = {}): WaitNode {
  return { kind: 'wait', ms, ...options };
}

/**
 * Waits for a message to its run; its output is the message.
 *
 * @example
 * ```ts
 * import { receive } from 'tau-orchestrate/flow';
 *
 * const paid = receive({ when: "message.type == 'paid'", timeoutMs: 86_400_000 });
 * ```
 */
export function receive(options: Options<ReceiveNode, never> = {}): ReceiveNode {
  return { kind: 'receive', ...options };
}

/**
 * One after another, each given what the one before gave.
 *
 * @example
 * ```ts
 * import { chain, task } from 'tau-orchestrate/flow';
 *
 * const summary = chain({ read: task('tool:read'), summarise: task('model:summarise') });
 * ```
 */
export function chain(nodes: NodesByName, options: Options<ChainNode, 'nodes'> = {}): ChainNode {
  return { kind: 'chain', nodes: named(nodes), ...options };
}

/**
 * Side by side, each given the same; the output has each one's by name.
 *
 * @example
 * ```ts
 * import { parallel, task } from 'tau-orchestrate/flow';
 *
 * const checks = parallel({ lint: task('tool:lint'), test: task('tool:test') }, { failure: 'collect' });
 * ```
 */
export function parallel(nodes: NodesByName, options: Options<ParallelNode, 'nodes'> = {}): ParallelNode {
  return { kind: 'parallel', nodes: named(nodes), ...options };
}

/**
 * Side by side; the first that succeeds wins, and the others are cancelled: `race({ a: task('model:a'), b:
 * task('model:b') })`.
 */
export function race(nodes: NodesByName, options: Options<RaceNode, 'nodes'> = {}): RaceNode {
  return { kind: 'race', nodes: named(nodes), ...options };
}

/**
 * One node for each item of a list: of its input, or of what `over` gives. The output is the list of outputs, in order.
 *
 * @example
 * ```ts
 * import { mapOver, task } from 'tau-orchestrate/flow';
 *
 * const score = task('model:score', { input: { issue: '${{ item }}' } });
 * const scores = mapOver(score, { over: 'input.issues', workers: 4 });
 * ```
 */
export function mapOver(node: FlowNode, options: Options<MapNode, 'node'> = {}): MapNode {
  return { kind: 'map', node, ...options };
}

/**
 * A node again and again, each time given what it gave, until an expression over its `output` holds.
 *
 * @example
 * ```ts
 * import { loopUntil, task } from 'tau-orchestrate/flow';
 *
 * const polished = loopUntil('output.score >= 8', task('model:improve'), { roundsMax: 5, onMax: 'take' });
 * ```
 */
export function loopUntil(until: string, node: FlowNode, options: Options<LoopNode, 'until' | 'node'>): LoopNode {
  return { kind: 'loop', until, node, ...options };
}

/** Choices by name, in the order in which they are looked at. */
export interface RouteChoices {
  readonly [name: string]: { readonly when: string; readonly node: FlowNode };
}

/**
 * The first whose `when` holds.
 *
 * @example
 * ```ts
 * import { pass, route, task } from 'tau-orchestrate/flow';
 *
 * const handled = route(
 *   { bug: { when: "input.kind == 'bug'", node: task('action:github/add-labels@v1') } },
 *   { otherwise: pass() },
 * );
 * ```
 */
export function route(choices: RouteChoices, options: Options<RouteNode, 'choose'> = {}): RouteNode {
  const choose = Object.entries(choices).map(([name, { when, node }]) => ({ name, when, node }));
  return { kind: 'route', choose, ...options };
}

/** Steps by name, in order, each with what undoes it. */
export interface SagaSteps {
  readonly [name: string]: FlowNode | { readonly node: FlowNode; readonly undo: FlowNode };
}

/**
 * Steps one after another; when one fails, or the run is cancelled, those that were done are undone in reverse.
 *
 * @example
 * ```ts
 * import { saga, task } from 'tau-orchestrate/flow';
 *
 * const order = saga({
 *   reserve: { node: task('tool:reserve'), undo: task('tool:release') },
 *   pay: { node: task('tool:charge'), undo: task('tool:refund', { input: { payment: '${{ input.output.id }}' } }) },
 *   ship: task('tool:ship'),
 * });
 * ```
 */
export function saga(steps: SagaSteps, options: Options<SagaNode, 'steps'> = {}): SagaNode {
  const list = Object.entries(steps).map(([name, step]) => ('kind' in step ? { name, node: step } : { name, ...step }));
  return { kind: 'saga', steps: list, ...options };
}

function named(nodes: NodesByName): readonly NamedNode[] {
  return Object.entries(nodes).map(([name, node]) => ({ name, node }));
}
