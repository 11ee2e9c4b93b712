import type { ChainNode, FlowNode, GraphNode, LoopNode, MapNode } from '../definition.js';
import { edge } from './edges.js';
import { graph } from './graph.js';
import { chain, loopUntil, mapOver } from './nodes.js';
import { replace } from './state-keys.js';

/** How many workers a pattern has at once when it is not said: enough to be quick, and kind to what they call. */
export const PATTERN_WORKERS = 4;

export interface MapReduceOptions extends Pick<MapNode, 'over' | 'failure'> {
  /** Given one item. */
  readonly map: FlowNode;
  /** Given the list of what `map` gave, in the order of the items. */
  readonly reduce: FlowNode;
  /** Default 4. */
  readonly workers?: number;
}

/**
 * One node for each item of a list, and one over all that they gave.
 *
 * @example
 * ```ts
 * import { mapReduce, task } from 'tau-orchestrate/flow';
 *
 * const digest = mapReduce({
 *   over: 'input.issues',
 *   map: task('model:summarise', { input: { issue: '${{ item }}' } }),
 *   reduce: task('model:combine', { input: { summaries: '${{ input }}' } }),
 * });
 * ```
 */
export function mapReduce({ map, reduce, workers = PATTERN_WORKERS, ...options }: MapReduceOptions): ChainNode {
  return chain({ map: mapOver(map, { workers, ...options }), reduce });
}

export interface OrchestratorWorkersOptions extends Pick<MapNode, 'failure'> {
  /** Given the pattern's input as `{ "request": ... }`; gives a plan. */
  readonly planner: FlowNode;
  /** An expression that gives the list of subtasks of the plan, which is `input`. Default `input.subtasks`. */
  readonly subtasks?: string;
  /** Given one subtask. */
  readonly worker: FlowNode;
  /** Given `{ "request", "plan", "results" }`, the results in the order of the subtasks; gives the answer. */
  readonly synthesizer: FlowNode;
  /** How many work at once; default 4. */
  readonly workers?: number;
}

/**
 * A planner makes a list of subtasks, workers do them side by side, and a synthesizer joins what they gave. The output
 * is `{ "answer": ... }`. An `input` that a node has of its own is kept.
 *
 * @example
 * ```ts
 * import { orchestratorWorkers, task } from 'tau-orchestrate/flow';
 *
 * const research = orchestratorWorkers({
 *   planner: task('model:plan'),
 *   worker: task('model:research', { input: { topic: '${{ item }}' } }),
 *   synthesizer: task('model:write'),
 *   workers: 8,
 * });
 * ```
 */
export function orchestratorWorkers(options: OrchestratorWorkersOptions): GraphNode {
  const { planner, worker, synthesizer, subtasks = 'input.subtasks', workers = PATTERN_WORKERS, failure } = options;
  const results = { request: '${{ state.request }}', plan: '${{ state.plan }}', results: '${{ state.results }}' };
  return graph({
    input: { request: '${{ input }}' },
    state: { request: replace(), plan: replace(), results: replace(), answer: replace() },
    nodes: {
      plan: { input: { request: '${{ state.request }}' }, ...planner, writes: { plan: '${{ output }}' } },
      work: mapOver(worker, {
        input: '${{ state.plan }}',
        over: subtasks,
        workers,
        writes: { results: '${{ output }}' },
        ...(failure !== undefined && { failure }),
      }),
      synthesize: { input: results, ...synthesizer, writes: { answer: '${{ output }}' } },
    },
    edges: [edge('plan', 'work'), edge('work', 'synthesize')],
    output: ['answer'],
  });
}

export interface EvaluatorOptimizerOptions extends Pick<LoopNode, 'roundsMax' | 'onMax'> {
  /** Given `{ "request", "draft", "feedback" }`, the latter two null in the first round; gives a draft. */
  readonly generator: FlowNode;
  /** Given `{ "request", "draft" }`; gives feedback. */
  readonly evaluator: FlowNode;
  /**
   * When it is good enough: an expression over `output`, which has `request`, `draft`, `feedback`. Default
   * `output.feedback.accepted`.
   */
  readonly until?: string;
}

/**
 * A generator makes a draft, an evaluator says what is wrong with it, and so on until it is accepted. The output is
 * `{ "request", "draft", "feedback" }`. An `input` that a node has of its own is kept.
 *
 * @example
 * ```ts
 * import { evaluatorOptimizer, task } from 'tau-orchestrate/flow';
 *
 * const translation = evaluatorOptimizer({
 *   generator: task('model:translate'),
 *   evaluator: task('model:review'),
 *   roundsMax: 4,
 *   onMax: 'take',
 * });
 * ```
 */
export function evaluatorOptimizer(options: EvaluatorOptimizerOptions): LoopNode {
  const { generator, evaluator, until = 'output.feedback.accepted', ...bounds } = options;
  const judged = { request: '${{ state.request }}', draft: '${{ state.draft }}' };
  const round = graph({
    state: { request: replace(), draft: replace(), feedback: replace() },
    nodes: {
      generate: {
        input: { ...judged, feedback: '${{ state.feedback }}' },
        ...generator,
        writes: { draft: '${{ output }}' },
      },
      evaluate: { input: judged, ...evaluator, writes: { feedback: '${{ output }}' } },
    },
    edges: [edge('generate', 'evaluate')],
  });
  return loopUntil(until, round, { input: { request: '${{ input }}' }, ...bounds });
}
