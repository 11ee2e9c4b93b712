import {
  type CallId,
  type Clock,
  type Executable,
  instant,
  type Json,
  type JsonObject,
  type Outcome,
  type ProgramEffect,
  type Random,
  tauError,
} from 'tau-core';
import { type SecretMask, systemClock, systemRandom, takeJson } from 'tau-core/node';
import { nameOf } from '../observe/run-reporter.js';
import { ChildRuns } from './child-runs.js';
import type { GateDesk } from './gate-desk.js';
import { type ChildRun, hostService, type ServedRun } from './host-services.js';
import type { KeyedRuns } from './keyed-runs.js';
import { type CallHost, type Done, type HostService, LocalCall } from './local-call.js';
import type { LocalHandler } from './local-handler.js';
import type { LockUser } from './local-locks.js';
import { LOCAL_DEFAULTS, type LocalOptions, type PublishedEvent } from './local-options.js';
import type { LocalWorld, RunEnd, RunningRun, SharedPorts } from './local-world.js';
import { notOpen, OpenQuestions } from './open-questions.js';
import { type CallEffect, type CallMaker, RunBooks } from './run-books.js';
import type { HostNote, RunRecord } from './run-record.js';
import { type Pending, RunShell, type ShellHost, stoppedError } from './run-shell.js';
import { RunSignals } from './run-signals.js';
import { findOrBegin, type RunOrigin, type StartedRun } from './run-start.js';
import { isWatchedFromStart, RunWatch, viewOf } from './run-watch.js';
import { SecretVault } from './secret-vault.js';
import type { OpenQuestion, StreamItem, StreamMode } from './stream-item.js';
import { readableFailure } from './too-large.js';
import { unheardFailure } from './unheard-failure.js';

/** How a local run ended. */
export interface EndedRun<State, Event> {
  readonly outcome: Outcome;
  readonly state: State;
  /** With `keepEvents`: all that happened while this process had the run. */
  readonly events?: readonly Event[];
}

const NO_QUESTIONS = new OpenQuestions();

/**
 * One run with all that serves it in this process: releases what its shell decides, and brings back what comes of it.
 *
 * Owns: which calls, locks, questions and runs are open here. Does not own: the order of decisions (`RunShell`), calls
 * (`LocalCall`), what watchers see (`RunWatch`).
 */
export class LocalHost<Definition, State, Event>
  implements CallHost, RunningRun, LockUser, ServedRun, ShellHost<Definition, State, Event>, CallMaker<LocalCall>
{
  readonly runId: string;
  readonly options: LocalOptions;
  readonly executable: Executable<Definition, State, Event>;
  readonly books: RunBooks<LocalCall>;
  readonly vault: SecretVault;
  readonly #shared: SharedPorts;
  readonly #origin: RunOrigin;
  readonly #shell: RunShell<Definition, State, Event>;
  readonly #signals = new RunSignals();
  // Many runs wait at a time, and most of them need none of these.
  #watch: RunWatch<Definition, State, Event> | undefined;
  #questions: OpenQuestions | undefined;
  #children: ChildRuns | undefined;
  #onAbort: (() => void) | undefined;
  /** Whether somebody is told how it stops. */
  #isHeard = false;

  constructor(
    executable: Executable<Definition, State, Event>,
    options: LocalOptions,
    setup: { readonly runId: string; readonly shared: SharedPorts; readonly origin: RunOrigin },
  ) {
    this.runId = setup.runId;
    this.options = options;
    this.vault = new SecretVault(options.secrets);
    this.executable = executable;
    this.#shared = setup.shared;
    this.#origin = setup.origin;
    if (isWatchedFromStart(options)) this.#watch = new RunWatch(executable.language.program, options);
    this.books = new RunBooks(this);
    this.#shell = new RunShell(this);
    if (this.world.has(this.runId)) {
      throw tauError('CONFLICT', `run ${this.runId} is under way in this process already`);
    }
    this.world.set(this.runId, this);
  }

  get clock(): Clock {
    return this.options.clock ?? systemClock;
  }

  get random(): Random {
    return this.options.random ?? systemRandom;
  }

  get outputBytesMax(): number {
    return this.options.outputBytesMax ?? LOCAL_DEFAULTS.outputBytesMax;
  }

  get timeoutMs(): number | undefined {
    return this.options.timeoutMs;
  }

  get idleTimeoutMs(): number | undefined {
    return this.options.idleTimeoutMs;
  }

  get holdsDeadLetters(): boolean {
    return this.options.deadLetters === 'hold';
  }

  get world(): LocalWorld {
    return this.#shared.world;
  }

  get sessionId(): string {
    return this.#shell.run?.sessionId ?? 'local';
  }

  get depth(): number {
    return this.#origin.depth ?? 0;
  }

  get mask(): SecretMask {
    return this.vault.mask;
  }

  get state(): State {
    return this.#shell.state;
  }

  /** With `keepEvents`. */
  get events(): readonly Event[] | undefined {
    return this.#watch?.events;
  }

  newCall(effect: CallEffect, sinceMs: number): LocalCall {
    return new LocalCall(effect, sinceMs, this);
  }

  /** Begins or goes on, in the next microtask: whoever made the run can watch it first. */
  start(): void {
    const { onBegun } = this.#origin;
    if (onBegun !== undefined) this.#signals.onBegun(onBegun);
    queueMicrotask(() => this.#find());
  }

  take(pending: Pending): void {
    this.#shell.take(pending);
  }

  cancel(reason: string, options: { readonly kill?: boolean } = {}): void {
    if (options.kill !== true) return this.take({ input: { type: 'cancel', reason } });
    for (const child of this.#children?.runs ?? []) child.cancel(reason, options);
    this.take({ note: { type: 'killed', reason } });
  }

  send(content: Json, key?: string): Promise<void> {
    const { kind, takesMessages } = this.executable.language.program;
    return this.#acknowledged((done) => {
      if (takesMessages !== true) {
        const message = `a run of program "${kind}" takes no input once it has started; start a new run with it`;
        throw tauError('PROGRAM_TAKES_NO_INPUT', message);
      }
      const taken = takeJson(content, { bytesMax: this.outputBytesMax });
      this.take({ input: { type: 'message', content: taken }, done, ...(key !== undefined && { key }) });
    });
  }

  questions(): readonly OpenQuestion[] {
    return [...(this.#questions?.list() ?? []), ...(this.#children?.questions() ?? [])];
  }

  answer(id: string, version: number, answer: Json): Promise<void> {
    const child = this.#children?.asking(id);
    if (child !== undefined) return child.run.answer(child.id, version, answer);
    return this.#acknowledged((done) => {
      const given = takeJson(answer, { bytesMax: this.outputBytesMax });
      (this.#questions ?? NO_QUESTIONS).check(this.runId, { id, version, answer: given });
      const call = this.books.calls.get(id);
      // Its end may be on its way to the store.
      if (call === undefined || call.hasEnded) throw notOpen(this.runId, id);
      this.#close(id);
      if (call.asked > 0) return this.take({ note: { type: 'answered', callId: id, answer: given }, call, done });
      call.settle({ kind: 'ok', output: given }, done);
    });
  }

  requeue(callId: string): Promise<void> {
    return this.#acknowledged((done) => {
      const call = this.books.calls.get(callId);
      if (call?.isHeld !== true) {
        throw tauError('NOT_FOUND', `run ${this.runId} holds no dead letter of the call "${callId}"`);
      }
      this.take({ note: { type: 'requeued', callId }, call, done });
    });
  }

  view(): JsonObject {
    const { run } = this.#shell;
    if (run === undefined) {
      throw tauError('NOT_FOUND', `run ${this.runId} has not begun yet: wait for "idle" or "ended"`);
    }
    try {
      return viewOf(this.executable.language.program, run.definition, this.state);
    } catch (thrown) {
      throw readableFailure(this.runId, thrown);
    }
  }

  stream(modes: readonly StreamMode[]): AsyncIterableIterator<StreamItem<Event>> {
    this.#isHeard = true;
    if (this.#watch === undefined) {
      const watch = new RunWatch<Definition, State, Event>(this.executable.language.program, this.options);
      const { run } = this.#shell;
      if (run !== undefined) watch.bind(run.definition);
      const { end } = this.#signals;
      if (end !== undefined) watch.streams.end('thrown' in end ? end : undefined);
      this.#watch = watch;
    }
    return this.#watch.streams.open(modes);
  }

  /** Whether all that it can do now is wait for people (or for messages). */
  isWaiting(): boolean {
    if (this.#signals.end !== undefined || !this.#signals.isBegun || !this.#shell.isResting) return false;
    for (const lock of this.books.locks) if (!lock.isHeld) return false;
    for (const call of this.books.calls.values()) {
      const waits = call.question !== undefined || call.isHeld || this.#children?.of(call)?.isWaiting() === true;
      if (!waits) return false;
    }
    return !this.#shell.waitsForTime || this.questions().length > 0;
  }

  /** Called once: when it waits, or has stopped before that. */
  onQuiet(listener: (end?: RunEnd) => void): void {
    this.#isHeard = true;
    this.#signals.onQuiet(listener);
    this.rested();
  }

  follow(listener: () => void): void {
    this.#signals.follow(listener);
  }

  onBegun(listener: (end?: RunEnd) => void): void {
    this.#signals.onBegun((end) => {
      this.#isHeard ||= end !== undefined;
      listener(end);
    });
  }

  onStopped(listener: (end: RunEnd) => void): void {
    this.#isHeard = true;
    this.#signals.onStopped(listener);
  }

  letGo(): void {
    const children = this.#children?.own ?? [];
    if (this.#signals.end === undefined) {
      this.#leave(tauError('DRAINING', `this process has let go of run ${this.runId}: continue it from its store`));
    }
    for (const child of children) child.letGo();
  }

  // What calls, locks and services need.

  get desk(): GateDesk {
    return this.#shared.desk;
  }

  handlerOf(capability: string): LocalHandler | undefined {
    const { handlers } = this.options;
    return handlers !== undefined && Object.hasOwn(handlers, capability) ? handlers[capability] : undefined;
  }

  serviceOf(capability: string): HostService | undefined {
    return hostService(this, capability);
  }

  settled(call: LocalCall, outcome: Outcome, done?: Done): void {
    const input = { type: 'callSettled', callId: call.effect.callId, outcome } as const;
    this.take(done === undefined ? { input, call } : { input, call, done });
  }

  timedOut(call: LocalCall, outcome: Outcome): void {
    this.take({ input: { type: 'callSettled', callId: call.effect.callId, outcome }, call, isOfTime: true });
  }

  note(call: LocalCall, note: HostNote): void {
    this.take({ note, call });
  }

  isShown(): boolean {
    return this.#watch?.streams.isWatched('custom') === true;
  }

  show(callId: string, from: 'progress' | 'emit' | 'publish', content: Json): void {
    this.#watch?.streams.push({ mode: 'custom', from, callId, timeMs: this.clock.now(), content });
  }

  observed(what: 'waiting' | 'attempt', callId: string): void {
    this.#watch?.reporter?.[what](callId, this.clock.now());
  }

  lockGranted(lockId: CallId): void {
    this.take({ input: { type: 'lockGranted', lockId } });
  }

  lockRevoked(lockId: CallId, reason: string): void {
    this.take({ input: { type: 'lockRevoked', lockId, reason } });
  }

  nextPublished(): number {
    return this.books.published + 1;
  }

  published(callId: string, { type, data = null, subject, seq }: PublishedEvent): void {
    if (this.isShown()) this.show(callId, 'publish', { type, data, seq, ...(subject !== undefined && { subject }) });
  }

  get keyed(): KeyedRuns | undefined {
    return this.#shared.keyed;
  }

  startChild({ executable, name, runId, callId, input, event, sessionId, isKeyed }: ChildRun): RunningRun {
    const { event: _event, signal: _signal, keepEvents: _keepEvents, ...inherited } = this.options;
    const options = { ...inherited, runId, input, sessionId, ...(event !== undefined && { event }) };
    const origin = { name, parent: { runId: this.runId, callId }, depth: this.depth + 1 };
    const host = new LocalHost(executable, options, { runId, shared: this.#shared, origin });
    const { keyed } = this;
    if (isKeyed && keyed !== undefined) {
      host.#signals.onStopped((end) => {
        if ('outcome' in end) keyed.keep(runId, end.outcome);
      });
    }
    host.start();
    return host;
  }

  adopted(call: LocalCall, child: RunningRun, isOwn: boolean): void {
    const children = this.#children ?? new ChildRuns();
    this.#children = children;
    children.add(call, child, isOwn);
    child.follow(() => this.rested());
    child.onStopped(() => children.remove(call));
  }

  // What the shell brings about.

  recorded(record: RunRecord<Event>, before: State, call: LocalCall | undefined): void {
    this.#watch?.recorded(record, before, this.#shell.state);
    if ('note' in record) return;
    if (record.input.type === 'begin') this.#signals.begun();
    if (call !== undefined) this.#close(call.effect.callId);
  }

  released(effect: ProgramEffect, call: LocalCall | undefined): void {
    switch (effect.type) {
      case 'call':
        // One that was withdrawn within the same group never begins.
        if (call === undefined || this.books.calls.get(effect.callId) !== call) return;
        this.#ask(call);
        return call.resume();
      case 'cancelCall':
        this.#close(effect.callId);
        return call?.withdraw(effect.reason);
      case 'acquire':
        return this.#shared.locks.claim(this.runId, effect, this);
      case 'release':
        return this.#shared.locks.release(this.runId, effect.lockId);
      case 'finish':
        return this.#finish(effect.outcome);
    }
  }

  noted(note: HostNote, timeMs: number, call: LocalCall | undefined): void {
    switch (note.type) {
      case 'killed': {
        const outcome: Outcome = { kind: 'cancelled', reason: note.reason };
        this.#watch?.killed(outcome, instant(timeMs));
        return this.#finish(outcome, note.reason);
      }
      case 'asked':
        if (call !== undefined) this.#ask(call);
        return;
      case 'tried': {
        const failed = { error: note.error, delayMs: note.retryAtMs - timeMs };
        this.#watch?.reporter?.retry(note.callId, failed, instant(timeMs));
        return call?.resume();
      }
      case 'answered':
      case 'requeued':
        return call?.resume();
    }
  }

  rested(): void {
    if (this.#signals.isAskedForQuiet && this.isWaiting()) this.#signals.quiet();
  }

  /** The run cannot go on here: its store, its program or its start has failed, or it was let go of. */
  failed(cause: unknown): void {
    if (this.#signals.end !== undefined) return;
    const thrown = readableFailure(this.runId, cause);
    this.#leave(thrown);
    if (!this.#isHeard) setImmediate(() => this.#warnIfUnheard(thrown));
  }

  #leave(thrown: unknown): void {
    const why = tauError('WORK_LOST', `run ${this.runId} goes on no longer in this process`);
    this.#stop({ thrown }, (call) => call.letGo(why));
    this.#watch?.streams.end({ thrown });
  }

  #warnIfUnheard(thrown: unknown): void {
    if (this.#isHeard) return;
    const text = unheardFailure(this.runId, thrown);
    if (this.options.warn === undefined) process.emitWarning(text);
    else this.options.warn(text);
  }

  #find(): void {
    if (this.#signals.end !== undefined) return;
    this.#guard(() => {
      const found = findOrBegin({
        executable: this.executable,
        options: this.options,
        runId: this.runId,
        origin: this.#origin,
        vault: this.vault,
        books: this.books,
      });
      if (!(found instanceof Promise)) return this.#started(found);
      found.then(
        (run) => this.#guard(() => this.#started(run)),
        (thrown: unknown) => this.failed(thrown),
      );
    });
  }

  #started(run: StartedRun<Definition, State>): void {
    if (this.#signals.end !== undefined) return;
    const { outcome } = this.books;
    this.#watch?.started(run, { now: this.clock.now(), books: this.books, parentRunId: this.#origin.parent?.runId });
    if (outcome !== undefined) {
      this.#shell.show(run);
      return this.#finish(outcome);
    }
    const { signal } = this.options;
    if (signal !== undefined) {
      this.#onAbort = () => this.cancel(String(signal.reason));
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    const edit = this.#origin.fork?.edit;
    const { kind } = run.bound;
    const first: Pending[] = kind === 'new' ? [{ input: { type: 'begin' } }] : [];
    if (run.migrated !== undefined) first.push({ note: run.migrated });
    if (edit !== undefined) first.push({ input: { type: 'edit', edit } });
    // What it waits for is taken up once what goes before (a fork's header, a migration, an edit) is durable.
    const open = kind === 'new' ? [] : [...this.books.calls.values()];
    if (kind !== 'new') first.push({ done: (error) => error === undefined && this.#takeUp(open) });
    if (signal?.aborted === true) first.push({ input: { type: 'cancel', reason: String(signal.reason) } });
    this.#shell.begin(run, first);
  }

  /** Calls, questions and locks that were open before are so again. */
  #takeUp(open: readonly LocalCall[]): void {
    this.#signals.begun();
    const { locks } = this.#shared;
    for (const { effect, isHeld } of [...this.books.locks]) {
      if (!isHeld) locks.claim(this.runId, effect, this);
      else if (!locks.reclaim(this.runId, effect, this)) {
        this.lockRevoked(effect.lockId, `while the run was not under way another one took lock "${effect.key}"`);
      }
    }
    for (const call of open) {
      if (this.books.calls.get(call.effect.callId) !== call) continue;
      call.isRestored = this.#shell.run?.kind === 'resumed';
      this.#ask(call);
      call.resume();
    }
  }

  /** A call may ask from its beginning. */
  #ask(call: LocalCall): void {
    if (call.question === undefined) return;
    this.#questions ??= new OpenQuestions(nameOf(this.executable.definition));
    const question = this.#questions.open(call.effect.callId, call.question);
    this.#watch?.question('asked', question, this.clock.now());
  }

  #close(callId: string): void {
    const question = this.#questions?.close(callId);
    if (question !== undefined) this.#watch?.question('closed', question, this.clock.now());
  }

  #acknowledged(act: (done: Done) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      act((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  #finish(outcome: Outcome, reason = 'the run has ended'): void {
    this.#stop({ outcome }, (call) => call.withdraw(reason));
    this.#watch?.streams.end();
  }

  #stop(end: RunEnd, leave: (call: LocalCall) => void): void {
    this.#signals.stop(end);
    if (this.#onAbort !== undefined) this.options.signal?.removeEventListener('abort', this.#onAbort);
    this.#shell.stop(() => stoppedError(this.runId, 'outcome' in end), 'thrown' in end);
    for (const call of [...this.books.calls.values()]) leave(call);
    this.#shared.locksIfAny?.releaseAll(this.runId, this);
    this.world.delete(this.runId);
    this.#signals.tellStopped(end);
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      this.failed(thrown);
    }
  }
}
