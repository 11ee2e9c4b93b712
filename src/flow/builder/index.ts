export { type DefineFlowOptions, defineFlow } from './define-flow.js';
export { choose, type EdgeBetween, each, edge } from './edges.js';
export { type GraphOptions, graph } from './graph.js';
export {
  ask,
  chain,
  loopUntil,
  mapOver,
  type NodesByName,
  parallel,
  pass,
  type RouteChoices,
  race,
  receive,
  route,
  type SagaSteps,
  saga,
  task,
  wait,
} from './nodes.js';
export {
  type EvaluatorOptimizerOptions,
  evaluatorOptimizer,
  type MapReduceOptions,
  mapReduce,
  type OrchestratorWorkersOptions,
  orchestratorWorkers,
  PATTERN_WORKERS,
} from './patterns.js';
export {
  add,
  append,
  byId,
  type KeyOptions,
  last,
  max,
  merge,
  min,
  reduced,
  replace,
  type StateOf,
  secret,
  type TypedGraph,
  type TypedKey,
  type TypedKeys,
  union,
} from './state-keys.js';
