import type { CloudEvent } from './cloud-event.js';
import type { CallId, RunId } from './ids.js';
import type { Instant } from './instant.js';
import type { Json, JsonObject } from './json.js';
import type { Decision } from './machine.js';
import type { Outcome } from './outcome.js';
import type { ErrorData } from './tau-error.js';

/** How a failed call is tried again. Only errors that say `retryable` are. */
export interface RetryPolicy {
  /** Tries in all, the first included; 1 never retries. */
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly delayMaxMs: number;
}

/**
 * What keeps calls of many runs from hurting what they call. Keys are shared by all runs of a host (of one session, where
 * the host has several); the host enforces them, in memory: after its restart each starts anew.
 */
export interface CallPolicy {
  /** At most `max` calls begin in any `perMs`; the others wait. */
  readonly rate?: { readonly key: string; readonly max: number; readonly perMs: number };
  /** At most `max` calls are in flight; at most `waitingMax` wait (default 10,000), more are refused with QUEUE_FULL. */
  readonly bulkhead?: { readonly key: string; readonly max: number; readonly waitingMax?: number };
  /** After `failuresMax` failures in a row calls are refused with CIRCUIT_OPEN for `openMs`; then one may try. */
  readonly breaker?: { readonly key: string; readonly failuresMax: number; readonly openMs: number };
}

/**
 * Where a call's input has secrets, by JSON Pointer: the text of that place, in parts. The input itself has `***` there. Who
 * serves the call puts the values in; they are never in a machine, an event or a journal.
 */
export interface SecretPlaces {
  readonly [pointer: string]: readonly (string | { readonly secret: string })[];
}

/** How a run begins: all that its program may know of the world at that moment. */
export interface RunBegin {
  readonly runId: RunId;
  readonly sessionId: string;
  /** Inputs given by whoever started it. */
  readonly input: JsonObject;
  /** The event that triggered it, its `data` still text. */
  readonly event?: CloudEvent;
  readonly startedAt: Instant;
  /** Configuration of the session that it starts in, as it was then. */
  readonly vars?: JsonObject;
}

/** What a program is told. */
export type ProgramInput =
  | { readonly type: 'begin' }
  | { readonly type: 'callSettled'; readonly callId: CallId; readonly outcome: Outcome }
  | { readonly type: 'deadline' }
  | { readonly type: 'message'; readonly content: Json }
  /** A lock that was asked for is held from now on. */
  | { readonly type: 'lockGranted'; readonly lockId: CallId }
  /** A lock is held, or waited for, no longer: another claim has taken its place. */
  | { readonly type: 'lockRevoked'; readonly lockId: CallId; readonly reason: string }
  /** A person changes the state of a fork before it goes on; its shape is the program's. */
  | { readonly type: 'edit'; readonly edit: JsonObject }
  | { readonly type: 'cancel'; readonly reason: string };

/** What a program asks of its host. */
export type ProgramEffect =
  | {
      readonly type: 'call';
      /** Unique in the run, and the same at every replay. */
      readonly callId: CallId;
      /** `<kind>:<name>`, e.g. `action:github/add-labels@v1`. */
      readonly capability: string;
      readonly input: JsonObject;
      /** How long the call may take in all, retries included; absent takes the host's limit. */
      readonly timeoutMs?: number;
      readonly retry?: RetryPolicy;
      /** Calls with the same key go to the same instance of a sticky capability. */
      readonly stickyKey?: string;
      readonly policy?: CallPolicy;
      readonly secrets?: SecretPlaces;
      /** What the call may do, by scope, e.g. `issues: write`; absent sets no bound. Providers refuse what is not in it. */
      readonly grants?: { readonly [scope: string]: 'read' | 'write' | 'none' };
    }
  /** Withdraws a call: its handler is told to stop, and the program hears no more of it. */
  | { readonly type: 'cancelCall'; readonly callId: CallId; readonly reason: string }
  /**
   * Claims a lock of the session. Answered by `lockGranted` or `lockRevoked`, in a later input; all locks of a run are
   * released when it ends.
   */
  | {
      readonly type: 'acquire';
      /** Unique in the run, like a call's id. */
      readonly lockId: CallId;
      readonly key: string;
      /** How many may hold it at once; default 1. */
      readonly slots?: number;
      /** `queue`: wait in order of priority, fairly among keys. `replace`: one may wait, and a newer one takes its place. */
      readonly waiting: 'queue' | 'replace';
      /** Whether those who hold it lose it to this claim. */
      readonly preempt?: boolean;
      /** 0 (first) to 9 (last); default 5. */
      readonly priority?: number;
      readonly fairnessKey?: string;
    }
  /** Gives a lock back, or gives up waiting for it. */
  | { readonly type: 'release'; readonly lockId: CallId }
  /** The last effect of a run; nothing may follow it. */
  | { readonly type: 'finish'; readonly outcome: Outcome };

/**
 * A program: the pure machine that a run executes. Its definition is data and is bound to the run for life.
 * The host journals the events of each decision together with the input and the effects, in one record.
 * The state must be plain JSON: hosts snapshot, hash and fork it.
 */
export interface Program<Definition, State, Event> {
  /** Names the program in definitions and journals, e.g. `workflow`. */
  readonly kind: string;
  /** Whether it understands `message` inputs; a host refuses them otherwise. Absent means no. */
  readonly takesMessages?: boolean;
  /**
   * Of a program that takes messages: why a run in this state takes this one not; undefined when it does. Hosts ask before they
   * store it, and give the error to its sender. Absent takes all. Pure.
   */
  refusesMessage?(definition: Definition, state: State, content: Json): ErrorData | undefined;
  /** Whether it understands `edit` inputs, as forks with a changed state need. Absent means no. */
  readonly takesEdits?: boolean;
  initial(definition: Definition, begin: RunBegin): State;
  decide(definition: Definition, state: State, input: ProgramInput, now: Instant): Decision<Event, ProgramEffect>;
  evolve(definition: Definition, state: State, event: Event): State;
  nextDeadline(definition: Definition, state: State): Instant | undefined;
  /** What a person who looks at a run sees: values, what runs, what waits. Plain JSON, never secrets. */
  view?(definition: Definition, state: State): JsonObject;
  /** What an event says to people and tracers; `state` is the one after it. */
  narrate?(definition: Definition, state: State, event: Event): readonly Narration[];
  /** The state of a run as another version of its definition needs it, or why the run cannot go over. Pure. */
  migrate?(from: Definition, to: Definition, state: State): Migrated<State>;
}

/** One thing that happened at one place of a run. */
export interface Narration {
  /** The place, as a path: `classify`, `act.step2`, `research[3].score`. Unique among what is open at one time. */
  readonly at: string;
  readonly kind: 'started' | 'completed' | 'failed' | 'skipped' | 'cancelled' | 'asked' | 'committed';
  /** What people call the place; default its path. */
  readonly label?: string;
  /** Present when it completed with something. */
  readonly output?: Json;
  readonly error?: ErrorData;
}

/** What came of bringing a state to another version of its definition. */
export type Migrated<State> =
  | { readonly ok: true; readonly state: State }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Where in a definition's source something is wrong. Line and column count from 1. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What came of reading a definition's source. */
export type Parsed<Definition> =
  | { readonly ok: true; readonly definition: Definition }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A program together with what turns source text into its definitions. */
export interface ProgramLanguage<Definition, State, Event> {
  readonly program: Program<Definition, State, Event>;
  /** Pure. Never throws: whatever the text, the answer is a definition or diagnostics. */
  parse(source: string, file: string): Parsed<Definition>;
  /** Event types that may start a run, exact or with a trailing `*`; for listing and quick routing. */
  triggers(definition: Definition): readonly string[];
  /** Whether this very event starts a run. Pure. */
  matches(definition: Definition, event: CloudEvent): boolean;
  /** Applies defaults to, and checks, the inputs of a run that a client starts. */
  checkInput(definition: Definition, input: JsonObject): Parsed<JsonObject>;
  /** Names of the other definitions that this one is built with; absent means none. */
  references?(definition: Definition): readonly string[];
  /**
   * The definition with those that it refers to built in, so that a run is bound to all of them at once. Pure. `lookup` gives
   * a definition of the same program by name.
   */
  link?(definition: Definition, lookup: (name: string) => Definition | undefined): Parsed<Definition>;
  /**
   * An input of a run before the program is told, or any host stores it, with its secrets taken out: `***` stands in their
   * places. Absent takes nothing out. Pure.
   */
  redact?(definition: Definition, state: State, input: ProgramInput): Redacted<ProgramInput>;
  /** The same for what a run is started with. */
  redactInput?(definition: Definition, input: JsonObject): Redacted<JsonObject>;
  /** When runs start by themselves; absent means never. */
  schedules?(definition: Definition): readonly ScheduledStart[];
  /** Who is to start runs beside events and time plans: a client, by hand, or a call of another run; absent means both. For listing. */
  starters?(definition: Definition): { readonly hand: boolean; readonly call: boolean };
}

/** Something without its secrets, and they by name. */
export interface Redacted<T> {
  readonly redacted: T;
  readonly secrets: { readonly [name: string]: string };
}

/** A time plan of a definition: definitions of the `schedule` program, as JSON, and the event that each start is given. */
export interface ScheduledStart {
  readonly schedule: JsonObject;
  readonly event: { readonly type: string; readonly data: string };
}

/** A program's language and one definition of it: what a host needs to run it. */
export interface Executable<Definition, State, Event> {
  readonly language: ProgramLanguage<Definition, State, Event>;
  readonly definition: Definition;
}
