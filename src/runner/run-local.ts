import { type Executable, type Json, type JsonObject, type Outcome, TauError, tauError } from 'tau-core';
import { type EndedRun, LocalHost } from './local-host.js';
import type { LocalOptions } from './local-options.js';
import { SharedPorts } from './local-world.js';
import { newRunId, type RunOrigin } from './run-start.js';
import type { OpenQuestion, StreamItemOf, StreamMode } from './stream-item.js';

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

/**
 * Runs a program in this process, with functions for capabilities. With a store, it is durable: no handler is called before what
 * asked for it is stored. When the store has a run of this `runId` the run goes on from where it is, and calls that were open are
 * made again, with the same idempotency keys.
 *
 * It begins in the next microtask, so that streams opened at once miss nothing.
 *
 * @throws TauError INVALID_ARGUMENT for an ill-formed `runId`, CONFLICT when this process has the run already.
 */
export function runLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions = {},
): LocalRun<Definition, State, Event> {
  return startLocal(executable, options, FROM_NOWHERE);
}

const FROM_NOWHERE: RunOrigin = {};

/** The same for a run that comes from somewhere. */
export function startLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions,
  origin: RunOrigin,
): LocalRun<Definition, State, Event> {
  const host = new LocalHost(executable, options, {
    runId: newRunId(options),
    shared: new SharedPorts(options),
    origin,
  });
  host.start();
  return new HostedRun(host, executable.definition);
}

/** The same, once what it waits for is known. Rejects with what it cannot begin by. */
export function begunLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions,
): Promise<LocalRun<Definition, State, Event>> {
  return new Promise((resolve, reject) => {
    const run = startLocal(executable, options, {
      onBegun: (end) => {
        if (end === undefined || !('thrown' in end)) return resolve(run);
        // Whoever asked for it is told, and nobody else need be.
        run.ended.catch(reject);
      },
    });
  });
}

class HostedRun<Definition, State, Event> implements LocalRun<Definition, State, Event> {
  readonly definition: Definition;
  readonly #host: LocalHost<Definition, State, Event>;
  #ended: Promise<EndedRun<State, Event>> | undefined;

  constructor(host: LocalHost<Definition, State, Event>, definition: Definition) {
    this.#host = host;
    this.definition = definition;
  }

  get runId(): string {
    return this.#host.runId;
  }

  get ended(): Promise<EndedRun<State, Event>> {
    this.#ended ??= new Promise((resolve, reject) => {
      this.#host.onStopped((end) => {
        if ('thrown' in end) return reject(end.thrown);
        const { events } = this.#host;
        resolve({ outcome: end.outcome, state: this.#host.state, ...(events !== undefined && { events }) });
      });
    });
    return this.#ended;
  }

  idle(): Promise<IdleRun> {
    return new Promise((resolve, reject) => {
      this.#host.onQuiet((end) => {
        if (end === undefined) resolve({ status: 'waiting', questions: this.#host.questions() });
        else if ('thrown' in end) reject(end.thrown);
        else resolve({ status: 'ended', questions: [] });
      });
    });
  }

  async output(): Promise<Json> {
    return outputOf((await this.ended).outcome);
  }

  stream<const Mode extends StreamMode>(
    modes: Mode | readonly Mode[],
  ): AsyncIterableIterator<StreamItemOf<Mode, Event>> {
    // Streams give what they are opened for.
    const items: AsyncIterableIterator<unknown> = this.#host.stream(typeof modes === 'string' ? [modes] : modes);
    return items as AsyncIterableIterator<StreamItemOf<Mode, Event>>;
  }

  questions(): readonly OpenQuestion[] {
    return this.#host.questions();
  }

  answer(
    ...given: [question: OpenQuestion, answer: Json] | [id: string, version: number, answer: Json]
  ): Promise<void> {
    if (given.length === 3) return this.#host.answer(...given);
    const [{ id, version }, answer] = given;
    return this.#host.answer(id, version, answer);
  }

  send(message: Json, { key }: { readonly key?: string } = {}): Promise<void> {
    return this.#host.send(message, key);
  }

  cancel(reason: string, options?: { readonly kill?: boolean }): void {
    this.#host.cancel(reason, options);
  }

  requeue(callId: string): Promise<void> {
    return this.#host.requeue(callId);
  }

  view(): JsonObject {
    return this.#host.view();
  }

  letGo(): void {
    this.#host.letGo();
  }
}

function outputOf(outcome: Outcome): Json {
  switch (outcome.kind) {
    case 'ok':
      return outcome.output;
    case 'failed':
    case 'unknown':
      throw new TauError(outcome.error);
    case 'cancelled':
      throw tauError('RUN_CANCELLED', outcome.reason);
    case 'inputRequired':
      throw tauError('UNSUPPORTED', `the run ended with a question, which nobody can answer: ${outcome.question}`);
  }
}
