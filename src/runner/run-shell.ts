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
import type { StartedRun } from './run-start.js';
import type { SecretVault } from './secret-vault.js';
import type { TurnBudget } from './turn-budget.js';

/** Something that a run has to decide on, or to note. With neither, it is acknowledged in its turn. */
export interface Pending {
  readonly input?: ProgramInput;
  readonly note?: HostNote;
  readonly call?: LocalCall;
  /** Of a message: what it is known by. */
  readonly key?: string;
  readonly done?: (error?: TauError) => void;
}

/** What the shell brings about, in order. All of it is durable by then. */
export interface ShellOutlet<State, Event> {
  recorded(record: RunRecord<Event>, before: State, call: LocalCall | undefined): void;
  released(effect: ProgramEffect, call: LocalCall | undefined): void;
  noted(note: HostNote, timeMs: number, call: LocalCall | undefined): void;
  /** It has nothing to decide or to store at the moment. */
  rested(): void;
  failed(thrown: unknown): void;
}

export interface ShellPorts<Definition, State, Event> {
  readonly executable: Executable<Definition, State, Event>;
  readonly books: RunBooks<LocalCall>;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly turn: TurnBudget;
  readonly outlet: ShellOutlet<State, Event>;
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

/**
 * The loop of one run: read inputs, decide, append durably, evolve what others see, release effects, acknowledge.
 *
 * Owns: this order; the run's state and the turn of its inputs; its timer. Does not own: what effects do and what watchers see (its
 * outlet), what is written (`RunJournal`).
 *
 * 1. With a store, nothing is released or shown before its record is durable.
 * 2. While a group is being stored, inputs wait; then all of them are the next group.
 * 3. What its program or its store throws fails the run here, and nothing more comes of it.
 */
export class RunShell<Definition, State, Event> {
  readonly #ports: ShellPorts<Definition, State, Event>;
  #run: StartedRun<Definition, State> | undefined;
  /** As decided; `#state` follows when it is durable. */
  #ahead: State | undefined;
  #state: State | undefined;
  #seq = 0;
  #durableSeq = 0;
  #inbox: Pending[] = [];
  /** The group that is being decided, stored or released. */
  #current: readonly Pending[] = [];
  /** Makes the error of what comes too late: errors are dear, and mostly nobody asks. */
  #stoppedBy: (() => TauError) | undefined;
  #isPumping = false;
  #isWriting = false;
  #isDeferred = false;
  #timer: Timer | undefined;
  #timerAt: Instant | undefined;

  constructor(ports: ShellPorts<Definition, State, Event>) {
    this.#ports = ports;
  }

  /** Undefined until it has begun. */
  get run(): StartedRun<Definition, State> | undefined {
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
  show(run: StartedRun<Definition, State>): void {
    this.#run = run;
    this.#state = run.state;
    this.#durableSeq = run.lastSeq;
  }

  /** Takes these first, then what has come since it was made. */
  begin(run: StartedRun<Definition, State>, first: readonly Pending[]): void {
    if (this.#stoppedBy !== undefined) return;
    this.#run = run;
    this.#ahead = run.state;
    this.#state = run.state;
    this.#seq = run.lastSeq;
    this.#durableSeq = run.lastSeq;
    this.#inbox = [...first, ...this.#inbox];
    // A fork is stored before anything comes of it, though it decides nothing.
    if (run.kind === 'fork') this.#write([]);
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
    const rest = isLost ? [...this.#current, ...this.#inbox] : this.#inbox;
    this.#inbox = [];
    this.#current = [];
    for (const { done } of rest) done?.(why());
  }

  #pump(): void {
    if (this.#isPumping || this.#isDeferred || this.#run === undefined) return;
    this.#isPumping = true;
    try {
      while (this.#inbox.length > 0 && !this.#isWriting && this.#stoppedBy === undefined) {
        this.#isDeferred = !this.#ports.turn.take(this.#resume);
        if (this.#isDeferred) break;
        this.#decideGroup();
      }
    } catch (thrown) {
      this.#ports.outlet.failed(thrown);
    }
    this.#isPumping = false;
    if (this.isResting) this.#ports.outlet.rested();
  }

  readonly #resume = (): void => {
    this.#isDeferred = false;
    this.#pump();
  };

  #decideGroup(): void {
    const rest = this.#inbox.length > GROUP_MAX ? this.#inbox.slice(GROUP_MAX) : [];
    const inbox = rest.length > 0 ? this.#inbox.slice(0, GROUP_MAX) : this.#inbox;
    this.#inbox = rest;
    this.#current = inbox;
    const now = this.#ports.clock.now();
    const group: Decided<State, Event>[] = [];
    let hasRecords = false;
    for (const pending of inbox) {
      const decided = this.#ports.books.outcome === undefined ? this.#decide(pending, now) : undefined;
      hasRecords ||= decided !== undefined;
      // What changes nothing is acknowledged with those before it, which it may depend on.
      group.push(decided ?? { pending, record: undefined, state: this.#ahead as State, calls: NO_CALLS });
    }
    if (hasRecords) this.#write(group);
    else this.#release(group);
  }

  /** Undefined when it changes nothing. */
  #decide(pending: Pending, now: Instant): Decided<State, Event> | undefined {
    const { note, key } = pending;
    if (note !== undefined) return this.#noteDown(pending, note, now);
    const { books, executable } = this.#ports;
    const input = this.#unredacted(pending);
    if (input === undefined) return undefined;
    const { program } = executable.language;
    const { definition } = this.#run as StartedRun<Definition, State>;
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
    const { books, executable, vault } = this.#ports;
    if (input === undefined || (key !== undefined && books.hasTaken(key))) return undefined;
    if (input.type === 'callSettled' && books.calls.get(input.callId) !== call) return undefined;
    const { language } = executable;
    if (language.redact === undefined) return input;
    const { definition } = this.#run as StartedRun<Definition, State>;
    const { redacted, secrets } = language.redact(definition, this.#ahead as State, input);
    vault.keep(secrets);
    return redacted;
  }

  #noteDown(pending: Pending, note: HostNote, now: Instant): Decided<State, Event> | undefined {
    const { books } = this.#ports;
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
    const { books } = this.#ports;
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
      (thrown: unknown) => this.#ports.outlet.failed(thrown),
    );
  }

  #written(group: readonly Decided<State, Event>[]): void {
    this.#isWriting = false;
    this.#isPumping = true;
    try {
      this.#release(group);
    } catch (thrown) {
      this.#ports.outlet.failed(thrown);
    }
    this.#isPumping = false;
    this.#pump();
  }

  #release(group: readonly Decided<State, Event>[]): void {
    const { outlet } = this.#ports;
    for (const { pending, record, state, calls } of group) {
      if (this.#stoppedBy !== undefined) {
        pending.done?.(this.#stoppedBy());
        continue;
      }
      if (record !== undefined) {
        const before = this.#state as State;
        this.#state = state;
        this.#durableSeq = record.seq;
        outlet.recorded(record, before, pending.call);
        if ('note' in record) outlet.noted(record.note, record.timeMs, pending.call);
        else
          for (let at = 0; at < calls.length; at += 1) outlet.released(record.effects[at] as ProgramEffect, calls[at]);
      }
      pending.done?.();
    }
    this.#current = [];
    if (this.#stoppedBy === undefined) this.#watchTime();
  }

  #watchTime(): void {
    const { executable, clock } = this.#ports;
    const { definition } = this.#run as StartedRun<Definition, State>;
    const next = executable.language.program.nextDeadline(definition, this.#state as State);
    if (next === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = next;
    this.#timer = next === undefined ? undefined : clock.at(next, this.#due);
  }

  readonly #due = (): void => {
    this.#timerAt = undefined;
    this.take({ input: { type: 'deadline' } });
  };
}

/** What an input to a run that is no longer this process's is told. */
export function stoppedError(runId: string, hasEnded: boolean): TauError {
  return tauError('CONFLICT', `run ${runId} ${hasEnded ? 'has ended' : 'goes on no longer in this process'}`);
}
