import {
  type ErrorData,
  type Executable,
  type Instant,
  type Json,
  type ProgramEffect,
  type ProgramInput,
  TauError,
  type Timer,
  tauError,
} from 'tau-core';
import { withLetter } from './dead-letters.js';
import type { LocalCall } from './local-call.js';
import { type ReleasingRun, releaseEffect, releaseNote, releaseRecord } from './release.js';
import type { RunJournal } from './run-journal.js';
import type { DecisionRecord, HostNote, NoteRecord, RunRecord } from './run-record.js';
import type { StartedRun } from './run-start.js';
import type { SecretVault } from './secret-vault.js';
import { PROCESS_TURN, type TurnTaker } from './turn-budget.js';

/** Something that a run has to decide on, or to note. With neither, it is acknowledged in its turn. */
export interface Pending {
  readonly input?: ProgramInput;
  readonly note?: HostNote;
  readonly call?: LocalCall;
  /** Of a message: what it is known by. */
  readonly key?: string;
  readonly done?: (error?: TauError) => void;
  /** Time alone has brought it about: what is due at the same instant by the program's own clock is told first. */
  readonly isOfTime?: boolean;
}

/** What a shell needs of its run. */
export interface ShellHost<Definition, State, Event> extends ReleasingRun<State, Event> {
  readonly executable: Executable<Definition, State, Event>;
  /** Also where secrets go that are taken out of inputs. */
  readonly ports: ReleasingRun<State, Event>['ports'] & Pick<SecretVault, 'keep'>;
  /** It has nothing to decide or to store at the moment. */
  rested(): void;
  failed(thrown: unknown): void;
  /** What an input is told once the run has stopped. */
  stoppedError(): TauError;
}

/** What was decided and is not released yet. */
interface Decided<State, Event> {
  readonly pending: Pending;
  /** Absent for what only is acknowledged. */
  readonly record: RunRecord<Event> | undefined;
  readonly state: State;
  /** The calls that its effects are about, by the effects' places. */
  readonly calls: readonly (LocalCall | undefined)[];
  /** Why a message was not taken. */
  readonly refusal?: ErrorData;
}

/** Inputs that are decided, stored and released together. */
const GROUP_MAX = 1_000;

const NO_CALLS: readonly undefined[] = [];
const DUE: Pending = { input: { type: 'deadline' } };
const NOTHING_PENDING: readonly Pending[] = [];

/**
 * `new`: not begun. `resting`: it waits for inputs. `working`: it decides or releases. `storing`: a group is on its way to the store.
 * `deferred`: other runs and what else the process does come first. `stopped`: nothing happens any more.
 */
type Phase = 'new' | 'resting' | 'working' | 'storing' | 'deferred' | 'stopped';

interface Alarm {
  readonly at: Instant;
  readonly timer: Timer;
}

/**
 * The loop of one run: read inputs, decide, append durably, evolve what others see, release effects, acknowledge.
 *
 * Owns: this order; the run's state and the turn of its inputs; its timer. Does not own: what effects do and what watchers see (its
 * host), what is written (`RunJournal`).
 *
 * 1. With a store, nothing is released or shown before its record is durable.
 * 2. While a group is being stored, inputs wait; then all of them are the next group.
 * 3. What its program or its store throws fails the run here, and nothing more comes of it.
 */
export class RunShell<Definition, State, Event> implements TurnTaker {
  readonly #host: ShellHost<Definition, State, Event>;
  #phase: Phase = 'new';
  #definition: Definition | undefined = undefined;
  #journal: RunJournal | undefined = undefined;
  /** As decided; `#state` follows when it is durable. */
  #ahead: State | undefined = undefined;
  #state: State | undefined = undefined;
  #seq = 0;
  #inbox: Pending[] | undefined = undefined;
  /** The group that is being decided, stored or released. */
  #current: readonly Pending[] = NOTHING_PENDING;
  #alarm: Alarm | undefined = undefined;
  /** It has stopped, and its end is durable. */
  #hasEnded = false;

  constructor(host: ShellHost<Definition, State, Event>) {
    this.#host = host;
  }

  /** Whether there are a definition and a state. */
  get hasBegun(): boolean {
    return this.#state !== undefined;
  }

  /** The one that it is bound to; once it has begun. */
  get definition(): Definition {
    return this.#definition as Definition;
  }

  /** As far as it is durable; once it has begun. */
  get state(): State {
    return this.#state as State;
  }

  /** Whether it only waits for inputs. */
  get isResting(): boolean {
    return this.#is('resting') && this.#inbox === undefined;
  }

  get waitsForTime(): boolean {
    return this.#alarm !== undefined;
  }

  /** A run that has ended already: nothing is decided any more. */
  show({ definition, state }: StartedRun<Definition, State>): void {
    this.#definition = definition;
    this.#state = state;
  }

  /** Takes these first, then what has come since it was made. */
  begin(run: StartedRun<Definition, State>, first: readonly Pending[]): void {
    if (this.#is('stopped')) return;
    this.show(run);
    this.#journal = run.journal;
    this.#ahead = run.state;
    this.#seq = run.lastSeq;
    const inbox = [...first, ...(this.#inbox ?? [])];
    this.#inbox = inbox.length === 0 ? undefined : inbox;
    this.#phase = 'resting';
    // A fork is stored before anything comes of it, though it decides nothing.
    if (run.kind === 'fork') this.#write([]);
    this.#pump();
  }

  take(pending: Pending): void {
    if (this.#is('stopped')) return this.#tellStopped(pending);
    // A list of its own for one input takes no room for more.
    if (this.#inbox === undefined) this.#inbox = [pending];
    else this.#inbox.push(pending);
    this.#pump();
  }

  /** Nothing is decided, stored or released from now on. `isLost`: what is on its way to the store may never get there. */
  stop(isLost: boolean): void {
    if (this.#is('stopped')) return;
    const wasStoring = this.#is('storing');
    this.#phase = 'stopped';
    this.#hasEnded = !isLost;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    const current = isLost ? this.#current : NOTHING_PENDING;
    const rest = this.#inbox ?? NOTHING_PENDING;
    this.#inbox = undefined;
    this.#current = NOTHING_PENDING;
    // Errors are dear, and mostly nobody asks.
    for (const { done } of current) done?.(wasStoring ? unknownError(this.#host.runId) : this.#host.stoppedError());
    for (const pending of rest) this.#tellStopped(pending);
  }

  /** Who sends a message again has not heard that it was taken, which may have ended the run. */
  #tellStopped({ input, key, done }: Pending): void {
    const isKnown = input?.type === 'message' && key !== undefined && this.#host.books.hasTaken(key);
    done?.(isKnown && this.#hasEnded ? undefined : this.#host.stoppedError());
  }

  #is(phase: Phase): boolean {
    return this.#phase === phase;
  }

  #pump(): void {
    if (!this.#is('resting')) return;
    this.#phase = 'working';
    try {
      while (this.#inbox !== undefined && this.#is('working')) {
        if (PROCESS_TURN.take(this)) this.#decideGroup(this.#inbox);
        else this.#phase = 'deferred';
      }
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    if (!this.#is('working')) return;
    this.#phase = 'resting';
    this.#host.rested();
  }

  /** It is its turn again. */
  resume(): void {
    if (!this.#is('deferred')) return;
    this.#phase = 'resting';
    this.#pump();
  }

  #decideGroup(all: readonly Pending[]): void {
    const rest = all.length > GROUP_MAX ? all.slice(GROUP_MAX) : undefined;
    const inbox = rest === undefined ? all : all.slice(0, GROUP_MAX);
    this.#inbox = rest;
    this.#current = inbox;
    const now = this.#host.clock.now();
    const group: Decided<State, Event>[] = [];
    let hasRecords = false;
    const journal = this.#journal;
    for (const [at, pending] of inbox.entries()) {
      if (journal?.isFull === true) {
        this.#current = inbox.slice(0, at);
        this.#inbox = all.slice(at);
        break;
      }
      const due = pending.isOfTime === true ? this.#decideOpen(DUE, now) : undefined;
      if (due !== undefined) group.push(due);
      hasRecords ||= due !== undefined;
      const refusal = this.#refusalOf(pending);
      const decided = refusal === undefined ? this.#decideOpen(pending, now) : undefined;
      hasRecords ||= decided !== undefined;
      // What changes nothing is acknowledged with those before it, which it may depend on.
      group.push(decided ?? this.#nothing(pending, refusal));
    }
    if (hasRecords) this.#write(group);
    else this.#release(group);
  }

  /** Why its program does not take a message as things are; a message that it has taken before is no question. */
  #refusalOf({ input, key }: Pending): ErrorData | undefined {
    const { books, executable } = this.#host;
    if (input?.type !== 'message' || books.outcome !== undefined || (key !== undefined && books.hasTaken(key))) {
      return undefined;
    }
    return executable.language.program.refusesMessage?.(this.definition, this.#ahead as State, input.content);
  }

  #nothing(pending: Pending, refusal: ErrorData | undefined): Decided<State, Event> {
    const nothing = { pending, record: undefined, state: this.#ahead as State, calls: NO_CALLS };
    return refusal === undefined ? nothing : { ...nothing, refusal };
  }

  #decideOpen(pending: Pending, now: Instant): Decided<State, Event> | undefined {
    return this.#host.books.outcome === undefined ? this.#decide(pending, now) : undefined;
  }

  /** Undefined when it changes nothing. */
  #decide(pending: Pending, now: Instant): Decided<State, Event> | undefined {
    const { note, key } = pending;
    if (note !== undefined) return this.#noteDown(pending, note, now);
    const { books, executable } = this.#host;
    const input = this.#unredacted(pending);
    if (input === undefined) return undefined;
    const { program } = executable.language;
    const { definition } = this;
    if (input.type === 'deadline') {
      // A timer may ring for what was told already.
      const next = program.nextDeadline(definition, this.#ahead as State);
      if (next === undefined || next > now) return undefined;
    }
    const { events, effects } = program.decide(definition, this.#ahead as State, input, now);
    books.takeInput(input, key);
    let state = this.#ahead as State;
    for (const event of events) state = program.evolve(definition, state, event);
    this.#ahead = state;
    const calls = effects.length === 0 ? NO_CALLS : effects.map((effect) => books.takeEffect(effect, now));
    this.#seq += 1;
    const record: DecisionRecord<Event> = { seq: this.#seq, timeMs: now, input, events, effects };
    return this.#added({ pending, record: key === undefined ? record : { ...record, key }, state, calls });
  }

  /** What the program is told: without secrets, and only what it still waits for. */
  #unredacted({ input, call, key }: Pending): ProgramInput | undefined {
    const { books, executable, ports } = this.#host;
    if (input === undefined || (key !== undefined && books.hasTaken(key))) return undefined;
    if (input.type === 'callSettled' && books.call(input.callId) !== call) return undefined;
    const { language } = executable;
    if (language.redact === undefined) return input;
    const { definition } = this;
    const { redacted, secrets } = language.redact(definition, this.#ahead as State, input);
    ports.keep(secrets);
    return redacted;
  }

  #noteDown(pending: Pending, note: HostNote, now: Instant): Decided<State, Event> | undefined {
    const { books } = this.#host;
    if ('callId' in note && books.call(note.callId) !== pending.call) return undefined;
    books.takeNote(note, now);
    this.#seq += 1;
    const record: NoteRecord = { seq: this.#seq, timeMs: now, note };
    const journal = this.#journal;
    if (journal !== undefined) journal.status = withLetter(journal.status, record, pending.call);
    return this.#added({ pending, record, state: this.#ahead as State, calls: NO_CALLS });
  }

  #added(decided: Decided<State, Event>): Decided<State, Event> {
    const journal = this.#journal;
    const { record } = decided;
    if (journal === undefined || record === undefined) return decided;
    const { books } = this.#host;
    journal.add(record, () => ({ s: this.#ahead as Json, b: books.toJson(), d: journal.version }));
    const { outcome } = books;
    if (outcome !== undefined) {
      journal.status = { ...journal.status, outcome: outcome.kind, endedMs: record.timeMs };
    }
    return decided;
  }

  #write(group: readonly Decided<State, Event>[]): void {
    const writing = this.#journal?.write(this.#host.books.hasSeveralCalls);
    if (writing === undefined) return this.#release(group);
    this.#phase = 'storing';
    writing.then(
      () => this.#written(group),
      (thrown: unknown) => this.#host.failed(thrown),
    );
  }

  #written(group: readonly Decided<State, Event>[]): void {
    if (!this.#is('storing')) return;
    this.#phase = 'working';
    try {
      this.#release(group);
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    if (!this.#is('working')) return;
    this.#phase = 'resting';
    this.#pump();
  }

  #release(group: readonly Decided<State, Event>[]): void {
    const host = this.#host;
    for (const { pending, record, state, calls, refusal } of group) {
      if (this.#is('stopped')) {
        this.#tellStopped(pending);
        continue;
      }
      if (record !== undefined) {
        const before = this.#state as State;
        this.#state = state;
        releaseRecord(host, record, before, pending.call);
        if ('note' in record) releaseNote(host, record, pending.call);
        else {
          for (let at = 0; at < calls.length; at += 1) {
            releaseEffect(host, record.effects[at] as ProgramEffect, calls[at]);
          }
        }
      }
      // What was about a call that is open no longer was dropped; other messages that change nothing were taken before.
      if (refusal !== undefined) pending.done?.(new TauError(refusal));
      else if (record === undefined && pending.call !== undefined)
        pending.done?.(closedError(host.runId, pending.call));
      else pending.done?.();
    }
    this.#current = NOTHING_PENDING;
    if (!this.#is('stopped')) this.#watchTime();
  }

  #watchTime(): void {
    const { executable, clock } = this.#host;
    const { definition } = this;
    const next = executable.language.program.nextDeadline(definition, this.#state as State);
    if (next === this.#alarm?.at) return;
    this.#alarm?.timer.cancel();
    this.#alarm = next === undefined ? undefined : { at: next, timer: clock.at(next, () => this.#due()) };
  }

  #due(): void {
    this.#alarm = undefined;
    this.take(DUE);
  }
}

/** What an input to a run that is no longer this process's is told. */
export function stoppedError(runId: string, hasEnded: boolean): TauError {
  return tauError('CONFLICT', `run ${runId} ${hasEnded ? 'has ended' : 'goes on no longer in this process'}`);
}

/** What a person or a message is told whose answer comes behind what made it pointless. */
function closedError(runId: string, { effect }: LocalCall): TauError {
  return tauError('NOT_FOUND', `run ${runId} waits for "${effect.callId}" no longer`);
}

function unknownError(runId: string): TauError {
  const message = `run ${runId} goes on no longer in this process, and whether this was stored is not known: look at the run, or send it again with the same key`;
  return tauError('JOURNAL_FAILED', message);
}
