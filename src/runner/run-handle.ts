import { type Executable, type Json, type JsonObject, type Outcome, TauError, tauError } from 'tau-core';
import { takeJson } from 'tau-core/node';
import type { ChildRuns } from './child-runs.js';
import type { Done, LocalCall } from './local-call.js';
import { LOCAL_DEFAULTS, type LocalOptions } from './local-options.js';
import type { EndedRun, IdleRun, LocalRun } from './local-run.js';
import type { RunningRun } from './local-world.js';
import { type AskingRun, checkAnswer, closeQuestion, openQuestions } from './open-questions.js';
import type { RunBooks } from './run-books.js';
import type { Pending, RunShell } from './run-shell.js';
import { RunSignals } from './run-signals.js';
import { type RunWatch, viewOf } from './run-watch.js';
import type { OpenQuestion, StreamItemOf, StreamMode } from './stream-item.js';
import { readableFailure } from './too-large.js';

/** The run that a handle is of. */
export interface HandledRun<Definition, State, Event> extends AskingRun {
  readonly runId: string;
  readonly executable: Executable<Definition, State, Event>;
  readonly options: LocalOptions;
  readonly books: RunBooks<LocalCall>;
  readonly shell: RunShell<Definition, State, Event>;
  readonly children: ChildRuns | undefined;
  readonly watch: RunWatch<Definition, State, Event> | undefined;
  /** Makes sure that there is one. */
  watched(): RunWatch<Definition, State, Event>;
  take(pending: Pending): void;
  /** Serves it in this process no longer. */
  letGo(): void;
}

/**
 * A run as those have it who started it, who wait for it, and who talk to it: people's programs, other runs, and what looks after
 * stores.
 *
 * Owns: what they ask of the run and in which words it is refused. Does not own: what comes of it (`RunShell`), how it is
 * served (`LocalHost`).
 */
export class RunHandle<Definition, State, Event>
  extends RunSignals
  implements LocalRun<Definition, State, Event>, RunningRun
{
  readonly #run: HandledRun<Definition, State, Event>;
  #ended: Promise<EndedRun<State, Event>> | undefined = undefined;

  constructor(run: HandledRun<Definition, State, Event>) {
    super();
    this.#run = run;
  }

  get runId(): string {
    return this.#run.runId;
  }

  get definition(): Definition {
    return this.#run.executable.definition;
  }

  get ended(): Promise<EndedRun<State, Event>> {
    this.#ended ??= new Promise((resolve, reject) => {
      this.onStopped((end) => {
        if ('thrown' in end) return reject(end.thrown);
        const { shell, watch } = this.#run;
        const events = watch?.events;
        resolve({ outcome: end.outcome, state: shell.state, ...(events !== undefined && { events }) });
      });
    });
    return this.#ended;
  }

  async output(): Promise<Json> {
    return outputOf((await this.ended).outcome);
  }

  idle(): Promise<IdleRun> {
    return new Promise((resolve, reject) => {
      this.onQuiet((end) => {
        if (end === undefined) resolve({ status: 'waiting', questions: this.questions() });
        else if ('thrown' in end) reject(end.thrown);
        else resolve({ status: 'ended', questions: [] });
      });
      this.rested();
    });
  }

  /** Tells those who ask for it, when it waits. */
  rested(): void {
    if (this.isAskedForRest && this.isWaiting()) this.quiet();
  }

  isWaiting(): boolean {
    const { shell, books, children } = this.#run;
    if (this.end !== undefined || !this.isBegun || !shell.isResting) return false;
    for (const lock of books.locks) if (!lock.isHeld) return false;
    for (const call of books.calls) {
      if (!call.hasQuestion && !call.isHeld && children?.of(call)?.isWaiting() !== true) return false;
    }
    return !shell.waitsForTime || this.questions().length > 0;
  }

  stream<const Mode extends StreamMode>(
    modes: Mode | readonly Mode[],
  ): AsyncIterableIterator<StreamItemOf<Mode, Event>> {
    this.heard();
    // Streams give what they are opened for.
    const items: AsyncIterableIterator<unknown> = this.#run
      .watched()
      .streams.open(typeof modes === 'string' ? [modes] : modes);
    return items as AsyncIterableIterator<StreamItemOf<Mode, Event>>;
  }

  questions(): readonly OpenQuestion[] {
    const { books, executable, children } = this.#run;
    const own = openQuestions(books.calls, executable.definition);
    return children === undefined ? own : [...own, ...children.questions()];
  }

  answer(...to: [question: OpenQuestion, answer: Json] | [id: string, version: number, answer: Json]): Promise<void> {
    const [id, version, answer] = to.length === 3 ? to : [to[0].id, to[0].version, to[1]];
    const { runId, books, children } = this.#run;
    const child = children?.asking(id);
    if (child !== undefined) return child.run.answer(child.id, version, answer);
    return acknowledged((done) => {
      const given = taken(answer, this.#run.options);
      const call = books.call(id);
      checkAnswer(runId, call, { id, version, answer: given });
      closeQuestion(this.#run, call);
      const { asked } = call.tries;
      if (asked > 0) this.#run.take({ note: { type: 'answered', callId: id, answer: given }, call, done });
      else call.settle({ kind: 'ok', output: given }, done);
    });
  }

  send(message: Json, { key }: { readonly key?: string } = {}): Promise<void> {
    const { kind, takesMessages } = this.#run.executable.language.program;
    return acknowledged((done) => {
      if (takesMessages !== true) {
        const why = `a run of program "${kind}" takes no input once it has started; start a new run with it`;
        throw tauError('PROGRAM_TAKES_NO_INPUT', why);
      }
      const input = { type: 'message', content: taken(message, this.#run.options) } as const;
      this.#run.take(key === undefined ? { input, done } : { input, done, key });
    });
  }

  cancel(reason: string, options: { readonly kill?: boolean } = {}): void {
    if (options.kill !== true) return this.#run.take({ input: { type: 'cancel', reason } });
    for (const child of this.#run.children?.runs ?? []) child.cancel(reason, options);
    this.#run.take({ note: { type: 'killed', reason } });
  }

  requeue(callId: string): Promise<void> {
    return acknowledged((done) => {
      const call = this.#run.books.call(callId);
      if (call?.isHeld !== true) {
        throw tauError('NOT_FOUND', `run ${this.runId} holds no dead letter of the call "${callId}"`);
      }
      this.#run.take({ note: { type: 'requeued', callId }, call, done });
    });
  }

  view(): JsonObject {
    const { shell, executable, runId } = this.#run;
    if (!shell.hasBegun) {
      throw tauError('NOT_FOUND', `run ${runId} has not begun yet: wait for "idle" or "ended"`);
    }
    try {
      return viewOf(executable.language.program, shell.definition, shell.state);
    } catch (thrown) {
      throw readableFailure(runId, thrown);
    }
  }

  letGo(): void {
    this.#run.letGo();
  }
}

/** A copy of what came from outside. @throws TauError OUTPUT_REFUSED, LIMIT_EXCEEDED. */
function taken(given: Json, { outputBytesMax }: LocalOptions): Json {
  return takeJson(given, { bytesMax: outputBytesMax ?? LOCAL_DEFAULTS.outputBytesMax });
}

/** Resolves once what `act` brings in is stored. */
function acknowledged(act: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => (error === undefined ? resolve() : reject(error)));
  });
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
