import type { ErrorData, Instant, Json, JsonObject } from 'tau-core';

/**
 * What happened in a run: plain JSON, a forever format. `at` is the path of an activation, empty for the root. What the
 * definition and the state say is not said again: a node that starts is named and not described, a pattern that ends gives what
 * its state has. A call's output is in the event too, although the input of its record has it: events alone make the state.
 * No event needs an expression to be understood.
 */
export type FlowEvent =
  /**
   * A node starts that is no node of a graph. `now` is there when it has a timeout, `input` when it is a step of a saga with an
   * `undo`: that is given the same.
   */
  | { readonly type: 'NodeStarted'; readonly at: string; readonly now?: Instant; readonly input?: Json }
  /** A graph takes its first values, and its entry nodes start. Without `values` it takes those that the run was started with. */
  | { readonly type: 'GraphStarted'; readonly at: string; readonly values?: JsonObject; readonly now?: Instant }
  /** All that was due has ended: its updates come in, and what is due next starts. */
  | SteppedEvent
  /** A map knows what it goes over. */
  | { readonly type: 'ItemsListed'; readonly at: string; readonly items: readonly Json[] }
  | { readonly type: 'WaitStarted'; readonly at: string; readonly until: Instant }
  /** A question is open, or asked again. With `after` its node has ended with `output` (absent: what its state has). */
  | {
      readonly type: 'Asked';
      readonly at: string;
      readonly after?: true;
      readonly output?: Json;
      readonly deadline?: Instant;
    }
  /** The question before a node was answered so that it goes on, with `input` in place of its own if there is one. */
  | { readonly type: 'Answered'; readonly at: string; readonly input?: Json }
  /** It asks for its lock, by this key. */
  | { readonly type: 'LockClaimed'; readonly at: string; readonly key: string }
  | { readonly type: 'LockGranted'; readonly at: string }
  /** `writes` is what it writes to its graph, where its definition says that. */
  | { readonly type: 'NodeEnded'; readonly at: string; readonly output?: Json; readonly writes?: JsonObject }
  /** Without an error it fails with that of its child. `final`: whatever its `onError` says. */
  | {
      readonly type: 'NodeFailed';
      readonly at: string;
      readonly error?: ErrorData;
      readonly writes?: JsonObject;
      readonly final?: true;
    }
  /** It was withdrawn, with all that was open in it. */
  | { readonly type: 'NodeCancelled'; readonly at: string }
  /** It ends so once sagas in it have undone what they did. */
  | {
      readonly type: 'NodeStopping';
      readonly at: string;
      readonly how: 'fail' | 'cancel' | 'win';
      readonly error?: ErrorData;
    }
  /** A saga starts to undo what it did; without an error it fails with that of its step. */
  | { readonly type: 'UndoStarted'; readonly at: string; readonly how: 'fail' | 'cancel'; readonly error?: ErrorData }
  | { readonly type: 'CancelRequested'; readonly reason: string }
  /** A person has changed a graph: values by key, what is due by name. */
  | {
      readonly type: 'StateEdited';
      readonly at: string;
      readonly values?: JsonObject;
      readonly goto?: readonly string[];
      readonly now?: Instant;
    }
  | { readonly type: 'EditRefused'; readonly reason: string }
  /** A message came that no node waits for: it is kept. */
  | { readonly type: 'MessageKept'; readonly content: Json }
  /** The message at this place of those that are kept is given to a node, whose end comes next. */
  | { readonly type: 'MessageTaken'; readonly index: number }
  /** A message was told though there was no room for it: it is gone. */
  | { readonly type: 'MessageRefused'; readonly error: ErrorData }
  /** Time was told, and the next deadline was looked up; so were messages that are kept, where the definition has become another one. */
  | { readonly type: 'TimersChecked' };

export interface SteppedEvent {
  readonly type: 'Stepped';
  readonly at: string;
  /** In order; empty when the graph ends. */
  readonly due: readonly Due[];
  /** Joins that were due, by `a+b>c`. */
  readonly joined?: readonly string[];
  /** Present when something that is due has a timeout. */
  readonly now?: Instant;
}

/** A node that is due once; once with what it is given; or once for each of its items. */
export type Due =
  | string
  | { readonly node: string; readonly given: Json }
  | { readonly node: string; readonly items: readonly Json[] };
