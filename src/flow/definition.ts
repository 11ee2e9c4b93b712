import type { CallPolicy, Json, JsonObject, RetryPolicy } from 'tau-core';

/**
 * A flow as data: a tree of nodes. A graph is one kind of node, each pattern is another, and each may stand wherever a
 * node may. Plain JSON, so that it can be stored, sent over gRPC and hashed.
 *
 * A value with `${{ }}` in it holds expressions, in the language of GitHub's. They see, where there is one:
 *
 * - `input`: what the node was given; not in edges, whose nodes have ended;
 * - `state`: the values of the nearest graph around it;
 * - `item`, `index`: of a map, or of a node that an edge with `each` leads to, and in all that is in them;
 * - `output`: of the node itself, in `writes`, `until`, `interrupt.after` and edges from one node;
 * - `round`: of a loop, from 1;
 * - `message`: in `when` of a node that waits for messages;
 * - `run` (`id`, `session`) and `vars`: everywhere.
 *
 * A task's input may have `${{ secrets.NAME }}`, alone or as a part of a text, and in no other expression: whoever
 * serves the call puts the value in, and nothing else ever sees it. Functions beside the engine's: `length(x)`,
 * `patched('id')`. Conditions (`when`, `until`, `over`, `each`) are expressions whose braces may be left out. Names are found in
 * any case; so keys of a state, and children of a parallel, that differ by case alone are refused.
 *
 * A value that comes into a run (an output, a write, the input of a call, a question, the key of a lock, a list of items) and the
 * state of a graph have at most 8,388,608 characters, as JSON text, and 128 levels of lists and objects; more fail with
 * LIMIT_EXCEEDED.
 */
export interface FlowDefinition {
  /** Version of this shape. */
  readonly format: 1;
  /** 1 to 100 characters. */
  readonly name: string;
  readonly description?: string;
  readonly root: FlowNode;
  /**
   * Names of changes that runs may ask for by `patched('id')`: true in runs that began under a definition that has it.
   */
  readonly patches?: readonly string[];
}

export type FlowNode =
  | TaskNode
  | AskNode
  | PassNode
  | WaitNode
  | ReceiveNode
  | GraphNode
  | ChainNode
  | ParallelNode
  | MapNode
  | RaceNode
  | LoopNode
  | RouteNode
  | SagaNode;

/** What any node may say. */
export interface CommonNode {
  /** What it is given, in place of what stands around it gives: the value before it, or the state of its graph. */
  readonly input?: Json;
  /**
   * In a graph: the update of the state, by key, e.g. `{ "summary": "${{ output.text }}" }`. Default: its output, an
   * object.
   */
  readonly writes?: JsonObject;
  /** How long it may take in all, milliseconds. It then fails with WORK_DEADLINE. */
  readonly timeoutMs?: number;
  /**
   * What a failure of it does: `fail` (the default) fails what is around it; `continue` gives `{ "error": ... }` as
   * output; `goto` (in a graph) goes on with that node, which is given `{ "error": ... }`.
   */
  readonly onError?: 'fail' | 'continue' | { readonly goto: string };
  /** Asks a person before it starts, or after it has ended and before its output counts. */
  readonly interrupt?: { readonly before?: Question; readonly after?: Question };
  /** Held while it runs. */
  readonly lock?: NodeLock;
}

/**
 * A lock of the session, held by one node at a time, or by `slots` of them. A node within one that holds the same key, without a
 * slot for both, would wait for itself: it fails with LOCK_LOST.
 */
export interface NodeLock {
  /** May hold expressions; one that gives nothing fails with EXPRESSION_FAILED. */
  readonly key: string;
  readonly slots?: number;
  readonly waiting?: 'queue' | 'replace';
  readonly preempt?: boolean;
  readonly priority?: number;
  readonly fairnessKey?: string;
}

/** A question to a person. Several may be open at once; each is answered once, stale answers are refused by version. */
export interface Question {
  /** May hold expressions. */
  readonly question: string;
  /**
   * What may be answered, default all that make sense at its place. An answer is `{ "action": ..., "value"?: ... }`:
   * `approve` goes on; `edit` goes on with `value` as the input (before) or the output (after, ask); `respond` takes
   * `value` as the output, without running the node; `reject` fails the node with STEP_FAILED, `value` being the
   * reason.
   */
  readonly actions?: readonly AnswerAction[];
  /** JSON Schema of `value`, for whoever shows the question. */
  readonly schema?: JsonObject;
  /** After this long the default answer is taken; without one the node fails with WORK_DEADLINE. */
  readonly deadlineMs?: number;
  readonly default?: Answer;
}

export type AnswerAction = 'approve' | 'edit' | 'respond' | 'reject';

export interface Answer {
  readonly action: AnswerAction;
  readonly value?: Json;
}

/** Calls a capability. Its input must be an object: another value is given as `{ "value": ... }`. */
export interface TaskNode extends CommonNode {
  readonly kind: 'task';
  /** `<kind>:<name>`, e.g. `model:classify`, `action:github/comment@v1`. */
  readonly call: string;
  /** Default: none. `ACTION_RETRY` is a good one for services. */
  readonly retry?: RetryPolicy;
  readonly policy?: CallPolicy;
  /** May hold expressions. */
  readonly stickyKey?: string;
  /**
   * In a graph: nodes, or `$end`, that its output may lead to. It then has no `writes`, and its output is a command,
   * `{ "update"?: {...}, "goto"?: name or names, "send"?: [{ "to": name, "input": ... }] }`, and edges from it are not
   * looked at when it has `goto` or `send`.
   */
  readonly leadsTo?: readonly string[];
}

/** Asks a person; its output is the answer's value (`null` for a bare `approve`). */
export interface AskNode extends CommonNode, Question {
  readonly kind: 'ask';
}

/** Gives its input, and calls nothing. */
export interface PassNode extends CommonNode {
  readonly kind: 'pass';
}

/** Waits; its output is its input. */
export interface WaitNode extends CommonNode {
  readonly kind: 'wait';
  /** Milliseconds, or an expression in `${{ }}` that gives them. */
  readonly ms: number | string;
}

/**
 * Waits for a message that is sent to the run: by whoever holds it, by another run (`run:send@v1`), by a hub. Its output is the
 * message. Each message goes to one node, the first in the order of the tree that waits for it; one that nobody waits for is kept for
 * the next that does, in the order in which they came: 1,000 of them, 8,388,608 characters in all. More are refused with
 * MAILBOX_FULL, larger ones with LIMIT_EXCEEDED, and all are, with PROGRAM_TAKES_NO_INPUT, by a flow without such a node.
 *
 * What is kept is looked at when such a node starts, when a person has edited the state, and when the definition has become another
 * one. Anyone who reaches the run may send anything: `when` says what counts, `writes` what of it goes into the state of a graph. A
 * message is journaled and shown as it was sent: nothing of it is masked, so secrets do not belong in it.
 */
export interface ReceiveNode extends CommonNode {
  readonly kind: 'receive';
  /**
   * A condition over `message` (and what else its place sees, but secret keys): it waits only for messages for which it holds. One that
   * cannot be evaluated does not hold. Default: any.
   */
  readonly when?: string;
}

/** The nodes one after another; each is given what the one before gave. Its output is the last one's. */
export interface ChainNode extends CommonNode {
  readonly kind: 'chain';
  readonly nodes: readonly NamedNode[];
}

/** The nodes side by side, each given the same. Its output has each one's output by name. */
export interface ParallelNode extends CommonNode, Workers {
  readonly kind: 'parallel';
  readonly nodes: readonly NamedNode[];
}

/**
 * One node for each item of a list, each given its item. Its output is the list of their outputs, in the order of the
 * items.
 */
export interface MapNode extends CommonNode, Workers {
  readonly kind: 'map';
  /** An expression that gives a list; default: its input. */
  readonly over?: string;
  readonly node: FlowNode;
}

/** How many work at once, and what the failure of one does. */
export interface Workers {
  /** How many run at once; the others wait in order. Default: all. */
  readonly workers?: number;
  /**
   * `fail-fast` (the default): the others are cancelled, and it fails with the first error. `collect`: all run to
   * their ends; each output is `{ "ok": true, "output": ... }` or `{ "ok": false, "error": ... }`.
   */
  readonly failure?: 'fail-fast' | 'collect';
}

/**
 * The nodes side by side, each given the same; the first that succeeds wins, the others are cancelled. Output: `{
 * "winner", "output" }`.
 */
export interface RaceNode extends CommonNode {
  readonly kind: 'race';
  readonly nodes: readonly NamedNode[];
}

/** The node again and again, each time given what it gave, until the expression `until` holds over its `output`. */
export interface LoopNode extends CommonNode {
  readonly kind: 'loop';
  readonly node: FlowNode;
  readonly until: string;
  /** 1 to 100,000. */
  readonly roundsMax: number;
  /**
   * When it has not held after `roundsMax` rounds: `fail` with STEPS_EXCEEDED (the default), or `take` the last output.
   */
  readonly onMax?: 'fail' | 'take';
}

/** The first whose `when` holds. Its output is that one's. */
export interface RouteNode extends CommonNode {
  readonly kind: 'route';
  readonly choose: readonly (NamedNode & { readonly when: string })[];
  /** Without it, a value that no choice fits fails with STEP_FAILED. */
  readonly otherwise?: FlowNode;
}

/**
 * Steps one after another, each given what the one before gave. When one fails, or the run is cancelled, the `undo` of
 * those that were done run in reverse, each given `{ "input", "output" }` of its step, the input being what the step began with;
 * then the saga fails with the first error.
 */
export interface SagaNode extends CommonNode {
  readonly kind: 'saga';
  readonly steps: readonly (NamedNode & { readonly undo?: FlowNode })[];
}

/** A child of a pattern. */
export interface NamedNode {
  /** Letters, digits, `-` and `_`, the first a letter or `_`, at most 100; unique among its siblings. */
  readonly name: string;
  readonly node: FlowNode;
}

/**
 * Nodes over a state that they share. It goes in steps: all nodes that are due run side by side; once all of them have
 * ended, their updates are applied by the reducers, in the order of the nodes in the definition and of the items of a
 * fan-out; then edges say which nodes are due next. A graph ends when none is, or `$end` alone. A join of which some sources have
 * ended then and others not, because a choice, an empty list or a failure led elsewhere, is never due: it is `unmet` in the view
 * of the run.
 *
 * A person may edit a graph that runs: values take the place of those there. With `goto` other nodes are due in place of those
 * that run; the updates of what has ended in the step come in first, then the values.
 */
export interface GraphNode extends CommonNode {
  readonly kind: 'graph';
  readonly state: { readonly [key: string]: StateKey };
  readonly nodes: { readonly [name: string]: FlowNode };
  readonly edges: readonly GraphEdge[];
  /** Nodes that are due first. */
  readonly entry: readonly string[];
  /** Steps in all; more fail with STEPS_EXCEEDED. A graph with a cycle must say it. 1 to 1,000,000; default 1,000. */
  readonly stepsMax?: number;
  /** Keys of its output; default all. Its input, an object, gives the first values of keys. */
  readonly output?: readonly string[];
}

export const END = '$end';

/** Steps of a graph that does not say how many it may make. */
export const GRAPH_STEPS_DEFAULT = 1_000;

/** A key of a graph's state. */
export interface StateKey {
  /**
   * How updates come in: `replace` (the default; two in one step are refused with STATE_CONFLICT), `last` (the later
   * one in order), `append` (a list grows by the items of a list, or by one other value), `add` (numbers), `merge`
   * (objects, member by member), `union` (a list without equal items), `min`, `max`, `byId` (a list of objects with
   * `id`: those that are there are replaced, `{ id, remove: true }` removes). Others by the names that a language of
   * one's own gives them.
   */
  readonly reducer?: string;
  /** Checked at every write, STATE_REFUSED otherwise; default any. */
  readonly type?: 'text' | 'number' | 'boolean' | 'list' | 'object';
  /** Default null, or what fits the reducer: [], 0, {}. */
  readonly initial?: Json;
  /**
   * What is written to it, by the graph's input or by a node, is `***` in all that is stored and seen. While the
   * host's process lives, `secrets.<key>` has the value; after that the host must be given it again. It is a text that
   * is replaced; what is no text is refused with STATE_REFUSED.
   *
   * It is written by a task or an ask directly in its graph, and by no other node: by default, or by `writes` that take it from
   * the output as it is, `${{ output }}` or a path of it. The root takes it from what the run is started with; a graph within the
   * flow is given it as `{ "<key>": "${{ state.<key> }}" }`, from a key of the same name that is secret too.
   */
  readonly secret?: true;
}

/** What is due after a node. */
export type GraphEdge =
  /**
   * `to` is due after `from`; of several, a join, after all of them have ended since `to` was last due, by whatever edge. `when` is
   * looked at then.
   */
  | { readonly from: string | readonly string[]; readonly to: string; readonly when?: string }
  /** The first choice that holds; one without `when` always does. */
  | { readonly from: string; readonly choose: readonly { readonly when?: string; readonly to: string }[] }
  /** `to` is due once for each item of a list, which it sees as `item`, with its `index`, and is given as its input. */
  | { readonly from: string; readonly each: string; readonly to: string };
