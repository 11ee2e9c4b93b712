import type { ErrorData, Instant, Json, JsonObject, Outcome } from 'tau-core';
import type { Chunks } from './chunks.js';

/**
 * The state of a run: plain JSON, a forever format. It has what is open and nothing of what is over, but what must still be
 * read: the values of graphs, what children of an open pattern gave, what a saga may have to undo.
 */
export interface FlowState {
  /** Version of this shape. */
  readonly format: 1;
  readonly runId: string;
  readonly sessionId: string;
  /** What the run was started with; absent once the root, a graph, has taken it as its first values. */
  readonly input?: JsonObject;
  readonly vars?: JsonObject;
  /** Patches of the definition that the run began under. */
  readonly patches?: readonly string[];
  /** Absent before the run begins, and after it has ended. */
  readonly root?: Activation;
  /** How many deadlines there are, and an instant before which none of them is; absent while there are none. */
  readonly timers?: { readonly count: number; readonly next: Instant };
  /** Present once the run was told to stop. */
  readonly cancel?: { readonly reason: string };
  /** Messages that no node has waited for yet, oldest first; absent when there are none. */
  readonly inbox?: readonly Json[];
  /** The definition became another one: nodes may wait for what is kept by now. */
  readonly inboxUnread?: true;
  /** How many messages were told when there was no room for them; absent when none was. */
  readonly messagesRefused?: number;
  /** Why the latest edit was refused; absent when it was not. */
  readonly editRefused?: string;
  /**
   * Joins that were left unmet when their graph ended, some of their sources having ended and others not: `a+b>c`, behind the
   * graph's path when that is not the root. Each once, the first 100.
   */
  readonly unmet?: readonly string[];
  /** Present once the run has ended. */
  readonly ended?: {
    readonly outcome: Outcome;
    /** The last values of the graph that the root was, unless they are the output. */
    readonly values?: JsonObject;
  };
}

/** A node that runs, or waits to. What is below it is in it. */
export type Activation =
  | LeafActivation
  | WaitActivation
  | GraphActivation
  | ChainActivation
  | ParallelActivation
  | RaceActivation
  | MapActivation
  | LoopActivation
  | RouteActivation
  | SagaActivation;

/** What any activation may have. */
export interface CommonActivation {
  /**
   * `before`: its question comes first. `lock`: it waits for its lock. `after`: it has ended, its output is in `output`, and its
   * question comes. Absent: it runs.
   */
  readonly phase?: 'before' | 'lock' | 'after';
  /** When its `timeoutMs` is over. */
  readonly deadline?: Instant;
  /** What it is given in any case: what a person put in place of its input, or what a step of a saga that can be undone began with. */
  readonly input?: Json;
  /** Its question that is open: which time it is asked, from 1, and when the default is taken. */
  readonly asked?: { readonly times: number; readonly deadline?: Instant };
  /** The key of the lock that it holds, or waits for. */
  readonly claim?: string;
  /** Whether it holds its lock. */
  readonly locked?: true;
  readonly output?: Json;
  /** The first failure of a child that counts: what it fails with. */
  readonly failed?: ErrorData;
  /** It has come to its end, and waits until sagas below it have undone what they did. */
  readonly stop?: 'fail' | 'cancel' | 'win';
}

/** A node without children: its call, if it makes one, is in flight; a `receive` waits for its message. */
interface LeafActivation extends CommonActivation {
  readonly kind: 'task' | 'ask' | 'pass' | 'receive';
}

export interface WaitActivation extends CommonActivation {
  readonly kind: 'wait';
  readonly until?: Instant;
}

/** What a child that is over left behind. */
export type Ended =
  /** Without an output: it gave what it was given, which is the state of the graph around it. */
  | { readonly kind: 'ok'; readonly output?: Json; readonly writes?: JsonObject }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'gone' };

/** A place for a child: null before it starts. */
export type Slot = Activation | Ended | null;

export interface GraphActivation extends CommonActivation {
  readonly kind: 'graph';
  /** 0 before its first step. */
  readonly step: number;
  readonly values: JsonObject;
  /** What is due in this step, in order of the nodes and of the items. */
  readonly entries: Chunks<GraphEntry>;
  /** How many of them have not ended. */
  readonly left: number;
  /** Which sources of a join have ended since it was last due, by `a+b>c`. */
  readonly joins?: { readonly [join: string]: readonly string[] };
}

/** A node that is due, or has ended, in the step of its graph. */
export interface GraphEntry {
  /** Unique among all entries that the graph ever has: `plan`, `plan@4` in step 4, `research[7]@2`. */
  readonly id: string;
  readonly node: string;
  /** What it is given in place of the state: an item, or what was sent to it. */
  readonly given?: Json;
  /** Which item of its list it is. */
  readonly index?: number;
  readonly of: Activation | Ended;
}

interface ChainActivation extends CommonActivation {
  readonly kind: 'chain';
  /** How many have ended. */
  readonly done: number;
  /** What the last of them gave; absent before. */
  readonly value?: Json;
  readonly child?: Activation;
}

/** What runs children side by side. */
interface SlotsActivation extends CommonActivation {
  readonly slots: Chunks<Slot>;
  /** The next one to start. */
  readonly next: number;
  /** How many run. */
  readonly open: number;
}

interface ParallelActivation extends SlotsActivation {
  readonly kind: 'parallel';
}

interface RaceActivation extends SlotsActivation {
  readonly kind: 'race';
  /** Which child it is. */
  readonly winner?: number;
}

interface MapActivation extends SlotsActivation {
  readonly kind: 'map';
  /** Absent before it has looked what they are. */
  readonly items?: readonly Json[];
}

interface LoopActivation extends CommonActivation {
  readonly kind: 'loop';
  /** 0 before the first. */
  readonly round: number;
  /** What the last round gave. */
  readonly value?: Json;
  readonly child?: Activation;
}

interface RouteActivation extends CommonActivation {
  readonly kind: 'route';
  /** Segment of the child that was chosen: its name, or `$otherwise`. */
  readonly chosen?: string;
  /** What it gave. */
  readonly value?: Json;
  readonly child?: Activation;
}

export interface SagaActivation extends CommonActivation {
  readonly kind: 'saga';
  /** Steps that were done, and not undone since. */
  readonly done: readonly DoneStep[];
  readonly child?: Activation;
  /** Present once it undoes: `child` is then what undoes the last of `done`. */
  readonly undoing?: { readonly failures?: readonly UndoFailure[] };
}

interface DoneStep {
  readonly output: Json;
  /** What it was given; present when it can be undone, or when a person had put it in place of its input. */
  readonly input?: Json;
}

export interface UndoFailure {
  readonly step: string;
  readonly id: string;
  readonly message: string;
}

/** Whether a place holds a child that has not ended. */
export function isOpen(slot: Slot | undefined): slot is Activation {
  return slot !== undefined && slot !== null && slot.kind !== 'ok' && slot.kind !== 'failed' && slot.kind !== 'gone';
}
