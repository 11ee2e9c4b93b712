import type { CallPolicy, Json, JsonObject, RetryPolicy, SecretPlaces } from 'tau-core';
import type { ExpressionScope } from '../expression/expression.js';
import type { Evaluable } from '../expression/template.js';
import type { Answer, AnswerAction, FlowNode, NodeLock, StateKey } from './definition.js';
import type { MessageGuard } from './message-guard.js';
import type { Reducer } from './reducer.js';

/** What any node has. Absent members cost nothing: the common node has none of them. */
export interface CommonPlan {
  /** Its place in `FlowPlan.nodes`. */
  readonly id: number;
  /** Its name among its siblings; empty for the root, and for the one child of a map or a loop. */
  readonly name: string;
  /** Which child it is, from the root down; empty for the root. */
  readonly indexes: readonly number[];
  /** Where it stands in the definition, e.g. `root.nodes.plan`. */
  readonly place: string;
  readonly node: FlowNode;
  /**
   * Its children, by index: nodes of a graph, chain, parallel or race in order, the one node of a map or a loop, the
   * choices of a route and behind them `otherwise`, the steps of a saga and behind them what undoes them.
   */
  readonly children: readonly NodePlan[];
  readonly input: Evaluable<Json> | undefined;
  /** The update of the graph around it; undefined takes its output. Keys are indexes of `GraphPlan.keys`. */
  readonly writes: readonly WritePlan[] | undefined;
  readonly timeoutMs: number | undefined;
  readonly onError: 'fail' | 'continue' | { readonly goto: number };
  readonly before: QuestionPlan | undefined;
  readonly after: QuestionPlan | undefined;
  readonly lock: LockPlan | undefined;
}

export interface WritePlan {
  readonly key: number;
  readonly name: string;
  readonly value: Evaluable<Json>;
}

export interface QuestionPlan {
  readonly question: Evaluable<string>;
  /** What may be answered here, defaults applied. */
  readonly actions: readonly AnswerAction[];
  readonly schema: JsonObject | undefined;
  readonly deadlineMs: number | undefined;
  readonly default: Answer | undefined;
}

/** A lock with defaults applied, but for those that the host gives: `priority`, `fairnessKey`. */
export interface LockPlan extends Omit<NodeLock, 'key'> {
  readonly key: Evaluable<string>;
  readonly waiting: 'queue' | 'replace';
}

export type NodePlan =
  | TaskPlan
  | AskPlan
  | PassPlan
  | WaitPlan
  | ReceivePlan
  | GraphPlan
  | ChainPlan
  | ParallelPlan
  | MapPlan
  | RacePlan
  | LoopPlan
  | RoutePlan
  | SagaPlan;

export interface TaskPlan extends CommonPlan {
  readonly kind: 'task';
  readonly call: string;
  readonly retry: RetryPolicy | undefined;
  readonly policy: CallPolicy | undefined;
  readonly stickyKey: Evaluable<string> | undefined;
  /** Its input has `***` where these go; see `placesIn` for inputs that were edited. */
  readonly secrets: Evaluable<SecretPlaces> | undefined;
  /** Indexes of nodes of its graph; undefined when its output is no command. */
  readonly leadsTo: ReadonlySet<number> | undefined;
}

export interface AskPlan extends CommonPlan {
  readonly kind: 'ask';
  readonly ask: QuestionPlan;
}

export interface PassPlan extends CommonPlan {
  readonly kind: 'pass';
}

export interface WaitPlan extends CommonPlan {
  readonly kind: 'wait';
  /** What the expression gives is to be checked: it may be anything. */
  readonly ms: number | Evaluable<Json>;
}

export interface ReceivePlan extends CommonPlan {
  readonly kind: 'receive';
  /** Undefined takes any message. */
  readonly when: Evaluable<boolean> | undefined;
  readonly guard: (scope: ExpressionScope) => MessageGuard;
}

export interface ChainPlan extends CommonPlan {
  readonly kind: 'chain';
}

export interface ParallelPlan extends CommonPlan {
  readonly kind: 'parallel';
  /** At least 1; Infinity without a limit. */
  readonly workers: number;
  readonly failure: 'fail-fast' | 'collect';
}

export interface MapPlan extends CommonPlan {
  readonly kind: 'map';
  /** Undefined takes its input. */
  readonly over: Evaluable<Json> | undefined;
  readonly workers: number;
  readonly failure: 'fail-fast' | 'collect';
}

export interface RacePlan extends CommonPlan {
  readonly kind: 'race';
}

export interface LoopPlan extends CommonPlan {
  readonly kind: 'loop';
  readonly until: Evaluable<boolean>;
  readonly roundsMax: number;
  readonly onMax: 'fail' | 'take';
}

export interface RoutePlan extends CommonPlan {
  readonly kind: 'route';
  /** One for each choice, in order; `children[i]` is what `choose[i]` leads to. */
  readonly choose: readonly Evaluable<boolean>[];
  /** Index of the child, if there is one. */
  readonly otherwise: number | undefined;
}

export interface SagaPlan extends CommonPlan {
  readonly kind: 'saga';
  readonly steps: number;
  /** For each step the index of the child that undoes it, if any. */
  readonly undo: readonly (number | undefined)[];
}

/** Where an edge leads when it ends the graph. */
export const END_INDEX = -1;

export interface GraphPlan extends CommonPlan {
  readonly kind: 'graph';
  readonly keys: readonly StatePlan[];
  readonly keyIndex: ReadonlyMap<string, number>;
  /** The state before any input or update: never changed, so it may be shared. */
  readonly initial: JsonObject;
  /** Indexes of nodes by name, for commands. `$end` is END_INDEX. */
  readonly nodeIndex: ReadonlyMap<string, number>;
  /** In order of the nodes, each once. */
  readonly entry: readonly number[];
  /** By node, the edges from it in the definition's order. Joins stand at each of their sources, as the same object. */
  readonly out: readonly (readonly EdgePlan[])[];
  /** All joins; `join.join` is the index here. */
  readonly joins: readonly JoinEdgePlan[];
  readonly stepsMax: number;
  /** Indexes of keys; undefined gives all. */
  readonly output: readonly number[] | undefined;
}

export interface StatePlan {
  readonly name: string;
  readonly reducerName: string;
  readonly reducer: Reducer;
  readonly type: StateKey['type'];
  readonly initial: Json;
  readonly secret: boolean;
}

export type EdgePlan =
  | {
      readonly kind: 'to';
      /** Its place in `edges` of the definition. */
      readonly index: number;
      /** A node, or END_INDEX. */
      readonly to: number;
      readonly when: Evaluable<boolean> | undefined;
    }
  | JoinEdgePlan
  | {
      readonly kind: 'choose';
      readonly index: number;
      readonly choices: readonly { readonly to: number; readonly when: Evaluable<boolean> | undefined }[];
    }
  | { readonly kind: 'each'; readonly index: number; readonly to: number; readonly each: Evaluable<Json> };

/** Due once all of `from` have ended since it was last due. */
export interface JoinEdgePlan {
  readonly kind: 'join';
  readonly index: number;
  readonly join: number;
  /** At least two, in order of the nodes, each once. */
  readonly from: readonly number[];
  readonly to: number;
  readonly when: Evaluable<boolean> | undefined;
}
