import {
  type Clock,
  type Executable,
  type Instant,
  type Json,
  type ProgramEffect,
  type ProgramInput,
  type TauError,
  type Timer,
  tauError,
} from 'tau-core';
import { withLetter } from './dead-letters.js';
import type { LocalCall } from './local-call.js';
import type { RunBooks } from './run-books.js';
import type { DecisionRecord, HostNote, NoteRecord, RunRecord } from './run-record.js';
import type { BoundRun, StartedRun } from './run-start.js';
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

/** What a shell needs of its run, and brings about in it, in order. All that it brings about is durable by then. */
export interface ShellHost<Definition, State, Event> {
  readonly runId: string;
  readonly executable: Executable<Definition, State, Event>;
  readonly books: RunBooks<LocalCall>;
  readonly vault: SecretVault;
  readonly clock: Clock;
  recorded(record: RunRecord<Event>, before: State, call: LocalCall | undefined): void;
  released(effect: ProgramEffect, call: LocalCall | undefined): void;
  noted(note: HostNote, timeMs: number, call: LocalCall | undefined): void;
  /** It has nothing to decide or to store at the moment. */
  rested(): void;
  failed(thrown: unknown): void;
}

/** What was decided and is not released yet. */
interface Decided<State, Event> {
  readonly pending: Pending;
  /** Absent for what only is acknowledged. */
  readonly record: RunRecord<Event> | undefined;
  readonly state: State;
  /** The calls that its effects are about, by the effects' places. */
  readonly calls: readonly (LocalCall | undefined)[];
}

/** Inputs that are decided, stored and released together. */
const GROUP_MAX = 1_000;

const NO_CALLS: readonly undefined[] = [];
const DUE: Pending = { input: { type: 'deadline' } };
const NOTHING_PENDING: readonly Pending[] = [];

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
  #run: BoundRun<Definition> | undefined;
  /** As decided; `#state` follows when it is durable. */
  #ahead: State | undefined;
  #state: State | undefined;
  #seq = 0;
  #durableSeq = 0;
  #inbox: Pending[] = [];
  /** The group that is being decided, stored or released. */
  #current: readonly Pending[] = NOTHING_PENDING;
  /** Makes the error of what comes too late: errors are dear, and mostly nobody asks. */
  #stoppedBy: (() => TauError) | undefined;
  #isPumping = false;
  #isWriting = false;
  #isDeferred = false;
  #timer: Timer | undefined;
  #timerAt: Instant | undefined;

  constructor(host: ShellHost<Definition, State, Event>) {
    this.#host = host;
  }

  /** Undefined until it has begun. */
  get run(): BoundRun<Definition> | undefined {
    return this.#run;
  }

  /** As far as it is durable. */
  get state(): State {
    return this.#state as State;
  }

  /** Of the last durable record. */
  get seq(): number {
    return this.#durableSeq;
  }

  /** Whether it only waits for inputs. */
  get isResting(): boolean {
    return this.#run !== undefined && !this.#isWriting && !this.#isPumping && this.#inbox.length === 0;
  }

  get waitsForTime(): boolean {
    return this.#timerAt !== undefined;
  }

  /** A run that has ended already: nothing is decided any more. */
  show({ bound, state, lastSeq }: StartedRun<Definition, State>): void {
    this.#run = bound;
    this.#state = state;
    this.#durableSeq = lastSeq;
  }

  /** Takes these first, then what has come since it was made. */
  begin({ bound, state, lastSeq }: StartedRun<Definition, State>, first: readonly Pending[]): void {
    if (this.#stoppedBy !== undefined) return;
    this.#run = bound;
    this.#ahead = state;
    this.#state = state;
    this.#seq = lastSeq;
    this.#durableSeq = lastSeq;
    this.#inbox = [...first, ...this.#inbox];
    // A fork is stored before anything comes of it, though it decides nothing.
    if (bound.kind === 'fork') this.#write([]);
    this.#pump();
  }

  take(pending: Pending): void {
    if (this.#stoppedBy !== undefined) return pending.done?.(this.#stoppedBy());
    this.#inbox.push(pending);
    this.#pump();
  }

  /** Nothing is decided, stored or released from now on. `isLost`: what is on its way to the store may never get there. */
  stop(why: () => TauError, isLost: boolean): void {
    if (this.#stoppedBy !== undefined) return;
    this.#stoppedBy = why;
    this.#timer?.cancel();
    this.#timerAt = undefined;
    const current = isLost ? this.#current : NOTHING_PENDING;
    const rest = this.#inbox;
    this.#inbox = [];
    this.#current = NOTHING_PENDING;
    for (const { done } of current) done?.(this.#isWriting ? unknownError(this.#host.runId) : why());
    for (const { done } of rest) done?.(why());
  }

  #pump(): void {
    if (this.#isPumping || this.#isDeferred || this.#run === undefined) return;
    this.#isPumping = true;
    try {
      while (this.#inbox.length > 0 && !this.#isWriting && this.#stoppedBy === undefined) {
        this.#isDeferred = !PROCESS_TURN.take(this);
        if (this.#isDeferred) break;
        this.#decideGroup();
      }
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    this.#isPumping = false;
    if (this.isResting) this.#host.rested();
  }

  /** It is its turn again. */
  resume(): void {
    this.#isDeferred = false;
    this.#pump();
  }

  #decideGroup(): void {
    const rest = this.#inbox.length > GROUP_MAX ? this.#inbox.slice(GROUP_MAX) : [];
    const inbox = rest.length > 0 ? this.#inbox.slice(0, GROUP_MAX) : this.#inbox;
    this.#inbox = rest;
    this.#current = inbox;
    const now = this.#host.clock.now();
    const group: Decided<State, Event>[] = [];
    let hasRecords = false;
    const journal = this.#run?.journal;
    for (const [at, pending] of inbox.entries()) {
      if (journal?.isFull === true) {
        this.#current = inbox.slice(0, at);
        this.#inbox = [...inbox.slice(at), ...rest];
        break;
      }
      const due = pending.isOfTime === true ? this.#decideOpen(DUE, now) : undefined;
      if (due !== undefined) group.push(due);
      hasRecords ||= due !== undefined;
      const decided = this.#decideOpen(pending, now);
      hasRecords ||= decided !== undefined;
      // What changes nothing is acknowledged with those before it, which it may depend on.
      group.push(decided ?? { pending, record: undefined, state: this.#ahead as State, calls: NO_CALLS });
    }
    if (hasRecords) this.#write(group);
    else this.#release(group);
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
    const { definition } = this.#run as BoundRun<Definition>;
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
    const { books, executable, vault } = this.#host;
    if (input === undefined || (key !== undefined && books.hasTaken(key))) return undefined;
    if (input.type === 'callSettled' && books.calls.get(input.callId) !== call) return undefined;
    const { language } = executable;
    if (language.redact === undefined) return input;
    const { definition } = this.#run as BoundRun<Definition>;
    const { redacted, secrets } = language.redact(definition, this.#ahead as State, input);
    vault.keep(secrets);
    return redacted;
  }

  #noteDown(pending: Pending, note: HostNote, now: Instant): Decided<State, Event> | undefined {
    const { books } = this.#host;
    if ('callId' in note && books.calls.get(note.callId) !== pending.call) return undefined;
    books.takeNote(note, now);
    this.#seq += 1;
    const record: NoteRecord = { seq: this.#seq, timeMs: now, note };
    const journal = this.#run?.journal;
    if (journal !== undefined) journal.status = withLetter(journal.status, record, pending.call);
    return this.#added({ pending, record, state: this.#ahead as State, calls: NO_CALLS });
  }

  #added(decided: Decided<State, Event>): Decided<State, Event> {
    const run = this.#run;
    const { record } = decided;
    if (run?.journal === undefined || record === undefined) return decided;
    const { books } = this.#host;
    run.journal.add(record, () => ({ s: this.#ahead as Json, b: books.toJson(), d: run.version ?? '' }));
    const { outcome } = books;
    if (outcome !== undefined) {
      run.journal.status = { ...run.journal.status, outcome: outcome.kind, endedMs: record.timeMs };
    }
    return decided;
  }

  #write(group: readonly Decided<State, Event>[]): void {
    const writing = this.#run?.journal?.write();
    if (writing === undefined) return this.#release(group);
    this.#isWriting = true;
    writing.then(
      () => this.#written(group),
      (thrown: unknown) => this.#host.failed(thrown),
    );
  }

  #written(group: readonly Decided<State, Event>[]): void {
    this.#isWriting = false;
    this.#isPumping = true;
    try {
      this.#release(group);
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    this.#isPumping = false;
    this.#pump();
  }

  #release(group: readonly Decided<State, Event>[]): void {
    const host = this.#host;
    for (const { pending, record, state, calls } of group) {
      if (this.#stoppedBy !== undefined) {
        pending.done?.(this.#stoppedBy());
        continue;
      }
      if (record !== undefined) {
        const before = this.#state as State;
        this.#state = state;
        this.#durableSeq = record.seq;
        host.recorded(record, before, pending.call);
        if ('note' in record) host.noted(record.note, record.timeMs, pending.call);
        else for (let at = 0; at < calls.length; at += 1) host.released(record.effects[at] as ProgramEffect, calls[at]);
      }
      // What was about a call that is open no longer was dropped; other messages that change nothing were taken before.
      if (record === undefined && pending.call !== undefined) pending.done?.(closedError(host.runId, pending.call));
      else pending.done?.();
    }
    this.#current = NOTHING_PENDING;
    if (this.#stoppedBy === undefined) this.#watchTime();
  }

  #watchTime(): void {
    const { executable, clock } = this.#host;
    const { definition } = this.#run as BoundRun<Definition>;
    const next = executable.language.program.nextDeadline(definition, this.#state as State);
    if (next === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = next;
    this.#timer = next === undefined ? undefined : clock.at(next, () => this.#due());
  }

  #due(): void {
    this.#timerAt = undefined;
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
