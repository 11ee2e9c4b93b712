import type { Json, JsonObject, Outcome } from 'tau-core';
import type { OpenQuestion, StreamItemOf, StreamMode } from './stream-item.js';

/** How a local run ended. */
export interface EndedRun<State, Event> {
  readonly outcome: Outcome;
  readonly state: State;
  /** With `keepEvents`: all that happened while this process had the run. */
  readonly events?: readonly Event[];
}

/** What a run does now. `waiting`: it goes on only when people answer (or, without questions, when it is sent something). */
export interface IdleRun {
  readonly status: 'ended' | 'waiting';
  readonly questions: readonly OpenQuestion[];
}

/** A run of this process. */
export interface LocalRun<Definition, State, Event> {
  readonly runId: string;
  readonly definition: Definition;
  /**
   * Resolves with every outcome, failures included. Rejects when the run cannot go on here: INVALID_ARGUMENT (its input),
   * DEFINITION_REFUSED, CONFLICT (it is bound to another definition), MIGRATION_REFUSED, JOURNAL_CONFLICT (another process
   * has it), other JOURNAL_* errors, DRAINING (it was let go of), or what a faulty program threw.
   */
  readonly ended: Promise<EndedRun<State, Event>>;
  /**
   * What the run gives.
   *
   * @throws TauError the run's error when it fails, RUN_CANCELLED when it is cancelled; otherwise as `ended` does.
   */
  output(): Promise<Json>;
  /** Resolves when all that the run can do now is wait for people, or has ended; rejects as `ended` does. */
  idle(): Promise<IdleRun>;
  /**
   * What happens from now on, in order; ends with the run. Several streams may be open, each at its own speed: what one is too slow
   * for is dropped, oldest first; whoever asks for `gap` too is told how much. Items of one mode need no looking at their mode:
   * `for await (const { update } of run.stream('updates'))`.
   */
  stream<const Mode extends StreamMode>(
    modes: Mode | readonly Mode[],
  ): AsyncIterableIterator<StreamItemOf<Mode, Event>>;
  /** Questions that wait for people, those of runs that it waits for included. */
  questions(): readonly OpenQuestion[];
  /**
   * Resolves once the answer is stored. By the question itself, or its id and version.
   *
   * @throws TauError NOT_FOUND when it is not open (any more), STALE_VERSION for an answer to another version of it,
   * INVALID_ARGUMENT for an action that it does not offer, CONFLICT when the run has ended.
   */
  answer(question: OpenQuestion, answer: Json): Promise<void>;
  answer(id: string, version: number, answer: Json): Promise<void>;
  /**
   * Resolves once the message is stored. One with a `key` that the run has taken already (of the last 1,000) changes nothing.
   *
   * @throws TauError PROGRAM_TAKES_NO_INPUT, CONFLICT when the run has ended.
   */
  send(message: Json, options?: { readonly key?: string }): Promise<void>;
  /**
   * Gracefully: the program is told, and decides what still runs; handlers of calls that it withdraws are told at once. With
   * `kill` the run ends now, without its program: its handlers are told, and nothing cleans up.
   */
  cancel(reason: string, options?: { readonly kill?: boolean }): void;
  /** Makes a call again whose tries are used up, in a run with `deadLetters: 'hold'`. @throws TauError NOT_FOUND. */
  requeue(callId: string): Promise<void>;
  /** What its program shows of it, or its state. @throws TauError NOT_FOUND before it has begun. */
  view(): JsonObject;
  /**
   * Stops serving the run in this process, and frees its memory; handlers at work are told to stop. It stays in its store, where
   * `runLocal` with the same `runId` continues it. Nobody wakes it meanwhile: its deadlines are looked at when it goes on.
   */
  letGo(): void;
}
