import { type Clock, type Executable, type Outcome, type TauError, tauError } from 'tau-core';
import { systemClock } from 'tau-core/node';
import type { ChildRuns } from './child-runs.js';
import type { ChildRun } from './host-services.js';
import { LocalCall } from './local-call.js';
import type { LocalOptions } from './local-options.js';
import { type RunEnd, type RunningRun, SharedPorts } from './local-world.js';
import type { CallEffect } from './open-call.js';
import { openQuestion } from './open-questions.js';
import { type CallMaker, RunBooks } from './run-books.js';
import { type HandledRun, RunHandle } from './run-handle.js';
import { type PortedRun, RunPorts } from './run-ports.js';
import { type Pending, RunShell, type ShellHost, stoppedError } from './run-shell.js';
import { findOrBegin, type RunOrigin, type StartedRun } from './run-start.js';
import { isWatchedFromStart, RunWatch } from './run-watch.js';
import { readableFailure } from './too-large.js';
import { unheardFailure } from './unheard-failure.js';

/**
 * The life of one run in this process: finds or begins it, takes up what was open, and stops.
 *
 * Owns: when it begins and ends here, and its parts. Does not own: the order of decisions (`RunShell`), what they bring about
 * (`release.ts`), what calls, locks and services reach (`RunPorts`), what its holders ask (`RunHandle`), what watchers see (`RunWatch`).
 */
export class LocalHost<Definition, State, Event>
  implements CallMaker<LocalCall>, HandledRun<Definition, State, Event>, PortedRun, ShellHost<Definition, State, Event>
{
  readonly runId: string;
  readonly options: LocalOptions;
  readonly executable: Executable<Definition, State, Event>;
  readonly books: RunBooks<LocalCall>;
  readonly ports: RunPorts;
  readonly shell: RunShell<Definition, State, Event>;
  readonly handle: RunHandle<Definition, State, Event>;
  readonly #origin: RunOrigin;
  /** Many runs wait at a time, and most of them nobody watches. */
  #watch: RunWatch<Definition, State, Event> | undefined;

  /**
   * `shared`: of the run that starts this one.
   *
   * @throws TauError CONFLICT when this process has a run of this id in the same store.
   */
  constructor(
    executable: Executable<Definition, State, Event>,
    options: LocalOptions,
    setup: { readonly runId: string; readonly origin: RunOrigin; readonly shared?: SharedPorts },
  ) {
    this.runId = setup.runId;
    this.options = options;
    this.executable = executable;
    this.#origin = setup.origin;
    this.#watch = isWatchedFromStart(options) ? new RunWatch(executable.language.program, options) : undefined;
    this.books = new RunBooks(this);
    this.shell = new RunShell(this);
    this.handle = new RunHandle(this);
    const shared = setup.shared ?? (options.store === undefined ? undefined : new SharedPorts(options));
    this.ports = new RunPorts(this, shared);
    if (shared === undefined) return;
    if (shared.world.has(this.runId)) {
      throw tauError('CONFLICT', `run ${this.runId} is under way in this process already`);
    }
    shared.world.set(this.runId, this.handle);
  }

  get clock(): Clock {
    return this.options.clock ?? systemClock;
  }

  get depth(): number {
    return this.#origin.depth ?? 0;
  }

  get children(): ChildRuns | undefined {
    return this.ports.children;
  }

  get watch(): RunWatch<Definition, State, Event> | undefined {
    return this.#watch;
  }

  watched(): RunWatch<Definition, State, Event> {
    if (this.#watch !== undefined) return this.#watch;
    const watch = new RunWatch<Definition, State, Event>(this.executable.language.program, this.options);
    if (this.shell.hasBegun) watch.bind(this.shell.definition);
    const { end } = this.handle;
    if (end !== undefined) watch.streams.end('thrown' in end ? end : undefined);
    this.#watch = watch;
    return watch;
  }

  newCall(effect: CallEffect, sinceMs: number): LocalCall {
    return new LocalCall(effect, sinceMs, this.ports);
  }

  /** Begins or goes on, in the next microtask: whoever made the run can watch it first. */
  start(): void {
    const { onBegun } = this.#origin;
    if (onBegun !== undefined) this.handle.onBegun(onBegun);
    queueMicrotask(() => this.#find());
  }

  /** The options' signal is aborted. */
  handleEvent(): void {
    this.handle.cancel(String(this.options.signal?.reason));
  }

  startChild({ executable, name, runId, callId, input, event, sessionId, isKeyed }: ChildRun): RunningRun {
    const { event: _event, signal: _signal, keepEvents: _keepEvents, ...inherited } = this.options;
    const options = { ...inherited, runId, input, sessionId, ...(event !== undefined && { event }) };
    const origin = { name, parent: { runId: this.runId, callId }, depth: this.depth + 1 };
    const { shared } = this.ports;
    const child = new LocalHost(executable, options, { runId, shared, origin });
    const { keyed } = shared;
    if (isKeyed && keyed !== undefined) {
      child.handle.onEnd((end) => {
        if ('outcome' in end) keyed.keep(runId, end.outcome);
      });
    }
    child.start();
    return child.handle;
  }

  take(pending: Pending): void {
    this.shell.take(pending);
  }

  letGo(): void {
    const children = this.children?.own ?? [];
    if (this.handle.end === undefined) {
      this.#leave(tauError('DRAINING', `this process has let go of run ${this.runId}: continue it from its store`));
    }
    for (const child of children) child.letGo();
  }

  rested(): void {
    this.handle.rested();
  }

  /** The run cannot go on here: its store, its program or its start has failed. */
  failed(cause: unknown): void {
    if (this.handle.end !== undefined) return;
    const thrown = readableFailure(this.runId, cause);
    this.#leave(thrown);
    if (!this.handle.isHeard) setImmediate(() => this.#warnIfUnheard(thrown));
  }

  finish(outcome: Outcome, reason: string): void {
    this.#stop({ outcome }, (call) => call.withdraw(reason));
    this.#watch?.streams.end();
  }

  stoppedError(): TauError {
    const { end } = this.handle;
    return stoppedError(this.runId, end !== undefined && 'outcome' in end);
  }

  #leave(thrown: unknown): void {
    const why = tauError('WORK_LOST', `run ${this.runId} goes on no longer in this process`);
    this.#stop({ thrown }, (call) => call.letGo(why));
    this.#watch?.streams.end({ thrown });
  }

  #warnIfUnheard(thrown: unknown): void {
    if (this.handle.isHeard) return;
    const text = unheardFailure(this.runId, thrown);
    if (this.options.warn === undefined) process.emitWarning(text);
    else this.options.warn(text);
  }

  #find(): void {
    if (this.handle.end !== undefined) return;
    const { executable, options, runId, books } = this;
    this.#guard(() => {
      const found = findOrBegin({ executable, options, runId, books, origin: this.#origin, vault: this.ports });
      if (!(found instanceof Promise)) return this.#started(found);
      found.then(
        (run) => this.#guard(() => this.#started(run)),
        (thrown: unknown) => this.failed(thrown),
      );
    });
  }

  #started(run: StartedRun<Definition, State>): void {
    if (this.handle.end !== undefined) return;
    const { outcome } = this.books;
    this.ports.sessionId = run.begin.sessionId;
    this.#watch?.started(run, { now: this.clock.now(), books: this.books, parentRunId: this.#origin.parent?.runId });
    if (outcome !== undefined) {
      this.shell.show(run);
      return this.finish(outcome, 'the run has ended');
    }
    const { signal } = this.options;
    signal?.addEventListener('abort', this, { once: true });
    const edit = this.#origin.fork?.edit;
    const { kind } = run;
    const first: Pending[] = kind === 'new' ? [{ input: { type: 'begin' } }] : [];
    if (run.migrated !== undefined) first.push({ note: run.migrated });
    if (edit !== undefined) first.push({ input: { type: 'edit', edit } });
    // What it waits for is taken up once what goes before (a fork's header, a migration, an edit) is durable.
    const open = kind === 'new' ? [] : [...this.books.calls];
    if (kind !== 'new') first.push({ done: (error) => error === undefined && this.#takeUp(kind, open) });
    if (signal?.aborted === true) first.push({ input: { type: 'cancel', reason: String(signal.reason) } });
    this.shell.begin(run, first);
  }

  /** Calls, questions and locks that were open before are so again. */
  #takeUp(kind: StartedRun<Definition, State>['kind'], open: readonly LocalCall[]): void {
    this.handle.begun();
    const { ports } = this;
    for (const { effect, isHeld } of [...this.books.locks]) {
      const { locks } = ports.shared;
      if (!isHeld) locks.claim(this.runId, effect, ports);
      else if (!locks.reclaim(this.runId, effect, ports)) {
        ports.lockRevoked(effect.lockId, `while the run was not under way another one took lock "${effect.key}"`);
      }
    }
    for (const call of open) {
      if (this.books.call(call.effect.callId) !== call) continue;
      call.isRestored = kind === 'resumed';
      openQuestion(this, call);
      call.resume();
    }
  }

  #stop(end: RunEnd, leave: (call: LocalCall) => void): void {
    this.handle.stop(end);
    this.options.signal?.removeEventListener('abort', this);
    this.shell.stop('thrown' in end);
    for (const call of [...this.books.calls]) leave(call);
    const shared = this.ports.sharedIfAny;
    shared?.locksIfAny?.releaseAll(this.runId, this.ports);
    shared?.world.delete(this.runId);
    this.handle.tellStopped();
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      this.failed(thrown);
    }
  }
}
