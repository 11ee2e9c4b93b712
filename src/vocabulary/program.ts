import type { CloudEvent } from './cloud-event.js';
import type { CallId, RunId } from './ids.js';
import type { Instant } from './instant.js';
import type { Json, JsonObject } from './json.js';
import type { Decision } from './machine.js';
import type { Outcome } from './outcome.js';

/** How a failed call is tried again. Only errors that say `retryable` are. */
export interface RetryPolicy {
  /** Tries in all, the first included; 1 never retries. */
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly delayMaxMs: number;
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
}

/** What a program is told. */
export type ProgramInput =
  | { readonly type: 'begin' }
  | { readonly type: 'callSettled'; readonly callId: CallId; readonly outcome: Outcome }
  | { readonly type: 'deadline' }
  | { readonly type: 'message'; readonly content: Json }
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
    }
  /** Withdraws a call: its handler is told to stop, and the program hears no more of it. */
  | { readonly type: 'cancelCall'; readonly callId: CallId; readonly reason: string }
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
  initial(definition: Definition, begin: RunBegin): State;
  decide(definition: Definition, state: State, input: ProgramInput, now: Instant): Decision<Event, ProgramEffect>;
  evolve(definition: Definition, state: State, event: Event): State;
  nextDeadline(definition: Definition, state: State): Instant | undefined;
}

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
}
