import { type Executable, type Json, type JsonObject, type ProgramEffect, type ProgramInput, tauError } from 'tau-core';
import { versionOf } from '../versioning/definition-version.js';
import { diffJson, type JsonChange } from '../versioning/diff-json.js';
import { type RecordedDecision, type Replayed, replayRun } from '../versioning/replay-run.js';
import type { LocalOptions } from './local-options.js';
import { worldOf } from './local-world.js';
import { type AnyLanguage, ownLanguage } from './own-languages.js';
import { type DeadLetterNote, OPEN_CALLS, RunBooks } from './run-books.js';
import type { RunHeader, RunStatus } from './run-header.js';
import { begunLocal, type LocalRun, startLocal } from './run-local.js';
import { type RunAt, readRun } from './run-reader.js';
import { decodeRecord, type HostNote } from './run-record.js';
import type { RunStore, StoredRun } from './store/run-store.js';

/** A run as a list shows it. */
export interface RunListing extends RunStatus {
  readonly runId: string;
  /** Of its program. */
  readonly kind: string;
  readonly version: string;
  readonly sessionId: string;
  readonly startedMs: number;
  readonly lastSeq: number;
  readonly parent?: RunHeader['parent'];
  readonly forkedFrom?: RunHeader['forkedFrom'];
}

/** A place in a run's history that one can look at, and fork from. */
export interface Checkpoint {
  readonly seq: number;
  readonly timeMs: number;
  /** What the run was told; absent for a note of its host. */
  readonly input?: ProgramInput;
  readonly events: readonly unknown[];
  /** What its program asked for then. */
  readonly effects: readonly ProgramEffect[];
  readonly note?: HostNote;
}

/** A run as it was after a record. */
export interface RunMoment {
  readonly seq: number;
  readonly state: Json;
  /** What its program shows of that state, or the state itself. */
  readonly view: JsonObject;
  /** Ids of the calls that were open. */
  readonly calls: readonly string[];
  /** How many records were read to know it: at most the run's `frameEvery`. */
  readonly recordsRead: number;
}

export interface DeadLetter extends DeadLetterNote {
  readonly runId: string;
  readonly seq: number;
}

export interface ForkOptions extends LocalOptions {
  /** The record after which the fork takes over. */
  readonly atSeq: number;
  /** A change of the state, in the program's own shape, before it goes on. */
  readonly edit?: JsonObject;
}

/** The runs of a store: their history, and what can be done with it. */
export interface OpenRuns {
  /** In ascending order of their ids. */
  list(page?: { readonly after?: string; readonly runsMax?: number }): Promise<readonly RunListing[]>;
  /** @throws TauError NOT_FOUND */
  header(runId: string): Promise<RunHeader>;
  /** Oldest first; 1,000 a page unless it says otherwise. */
  checkpoints(
    runId: string,
    page?: { readonly fromSeq?: number; readonly checkpointsMax?: number },
  ): Promise<readonly Checkpoint[]>;
  /** Any moment of its past; `seq` 0 is before it began, absent is now. */
  at(runId: string, seq?: number): Promise<RunMoment>;
  /**
   * Decides a run's inputs again, under this definition, and compares: whether it would have gone the same way, and if not, where it
   * would have parted. `upTo` is the last record that is looked at.
   */
  replay<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options?: { readonly beganUnder?: Definition; readonly upTo?: number },
  ): Promise<Replayed<State>>;
  /** How the view (or the whole state) differs between two moments. */
  diff(runId: string, seqA: number, seqB: number, of?: 'view' | 'state'): Promise<readonly JsonChange[]>;
  /**
   * A new run that goes on from a moment of another one, which stays as it is. Calls that were open then are made, under the new
   * run's own idempotency keys.
   *
   * @throws TauError CONFLICT when the run had ended by then or is bound to another definition, PROGRAM_TAKES_NO_INPUT for an edit that
   * its program does not understand.
   */
  fork<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options: ForkOptions,
  ): Promise<LocalRun<Definition, State, Event>>;
  /** Calls whose tries were used up, and that were not made again since. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /**
   * Makes such a call again, with all its tries. Where its run waits for it (`deadLetters: 'hold'`) the run goes on: `continued`,
   * with the run if this process did not have it before. Where its program was told of the failure, a new run takes over
   * from just before that: `forked`. Either way the letter is one no longer.
   *
   * @throws TauError NOT_FOUND when there is no such letter (any more).
   */
  requeue<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    letter: { readonly runId: string; readonly callId: string },
    options: LocalOptions,
  ): Promise<
    | { readonly how: 'continued'; readonly run?: LocalRun<Definition, State, Event> }
    | { readonly how: 'forked'; readonly run: LocalRun<Definition, State, Event> }
  >;
  /** Nothing is left of the run. @throws TauError CONFLICT while this process has it. */
  delete(runId: string): Promise<void>;
}

const PAGE = 1_000;

/**
 * Looks into a store. `languages` are those of the programs whose runs are looked at in full, beside TAU's own: workflows, flows,
 * schedules and hubs. One of the kind of one of these takes its place, such as flows with reducers of their own.
 */
export function openRuns(
  store: RunStore,
  { languages = [] }: { readonly languages?: readonly AnyLanguage[] } = {},
): OpenRuns {
  return new StoredRuns(store, languages);
}

interface Found {
  readonly stored: StoredRun;
  readonly header: RunHeader;
  readonly language: AnyLanguage;
}

class StoredRuns implements OpenRuns {
  readonly #store: RunStore;
  readonly #languages: readonly AnyLanguage[];

  constructor(store: RunStore, languages: readonly AnyLanguage[]) {
    this.#store = store;
    this.#languages = languages;
  }

  async list({
    after = '',
    runsMax = PAGE,
  }: {
    after?: string;
    runsMax?: number;
  } = {}): Promise<readonly RunListing[]> {
    return (await this.#store.list(after, runsMax)).map(listingOf);
  }

  async header(runId: string): Promise<RunHeader> {
    return JSON.parse((await this.#stored(runId)).header) as RunHeader;
  }

  async checkpoints(
    runId: string,
    { fromSeq = 1, checkpointsMax = PAGE }: { fromSeq?: number; checkpointsMax?: number } = {},
  ): Promise<readonly Checkpoint[]> {
    const { lastSeq } = await this.#stored(runId);
    const records = await this.#store.records(runId, fromSeq, Math.min(lastSeq, fromSeq + checkpointsMax - 1));
    return records.map(({ seq, text }) => {
      const record = decodeRecord(seq, text);
      const { timeMs } = record;
      if ('note' in record) return { seq, timeMs, events: [], effects: [], note: record.note };
      return { seq, timeMs, input: record.input, events: record.events, effects: record.effects };
    });
  }

  async replay<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    { beganUnder, upTo }: { readonly beganUnder?: Definition; readonly upTo?: number } = {},
  ): Promise<Replayed<State>> {
    const { begin } = await this.header(runId);
    const { lastSeq } = await this.#stored(runId);
    const records: RecordedDecision<Event>[] = [];
    const end = Math.min(upTo ?? lastSeq, lastSeq);
    for (let from = 1; from <= end; from += PAGE) {
      for (const { seq, text } of await this.#store.records(runId, from, Math.min(end, from + PAGE - 1))) {
        const record = decodeRecord<Event>(seq, text);
        if (!('note' in record)) records.push(record);
      }
    }
    return replayRun(executable, begin, records, beganUnder === undefined ? {} : { beganUnder });
  }

  async at(runId: string, seq?: number): Promise<RunMoment> {
    const found = await this.#found(runId);
    const { moment } = await this.#read(found, seq ?? found.stored.lastSeq);
    return moment;
  }

  async diff(runId: string, seqA: number, seqB: number, of: 'view' | 'state' = 'view') {
    const [a, b] = [await this.at(runId, seqA), await this.at(runId, seqB)];
    return diffJson(a[of], b[of]);
  }

  async fork<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options: ForkOptions,
  ): Promise<LocalRun<Definition, State, Event>> {
    return this.#fork(executable, { runId }, options);
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    const again = new Set<string>();
    for await (const { runId, forkedFrom, dead = [] } of this.#all()) {
      letters.push(...dead.map((letter) => ({ ...letter, runId })));
      if (forkedFrom?.again !== undefined) again.add(letterKey(forkedFrom.runId, forkedFrom.again, forkedFrom.seq + 1));
    }
    return letters.filter(({ runId, callId, seq }) => !again.has(letterKey(runId, callId, seq)));
  }

  async *#all(): AsyncGenerator<RunListing> {
    for (let after = ''; ; ) {
      const page = await this.list({ after });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.runId;
    }
  }

  /** Whether a fork makes it again: the run that it is of stays as it is. */
  async #isMadeAgain(runId: string, { callId, seq }: { readonly callId: string; readonly seq: number }) {
    for await (const { forkedFrom: from } of this.#all()) {
      if (from?.again === callId && from.runId === runId && from.seq + 1 === seq) return true;
    }
    return false;
  }

  async requeue<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    { runId, callId }: { readonly runId: string; readonly callId: string },
    options: LocalOptions,
  ) {
    const letter = listingOf(await this.#stored(runId)).dead?.findLast((dead) => dead.callId === callId);
    if (letter === undefined) throw tauError('NOT_FOUND', `run ${runId} has no dead letter of the call "${callId}"`);
    if (!letter.held)
      return { how: 'forked', run: await this.#forkAgain(executable, { ...letter, runId }, options) } as const;
    const live = worldOf(this.#store).get(runId);
    if (live !== undefined) {
      await live.requeue(callId);
      return { how: 'continued' } as const;
    }
    const run = await begunLocal(executable, { ...options, store: this.#store, runId });
    await run.requeue(callId);
    return { how: 'continued', run } as const;
  }

  /** At most once for each letter, in this process too while the first fork is not stored yet. */
  async #forkAgain<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    letter: DeadLetter,
    options: LocalOptions,
  ): Promise<LocalRun<Definition, State, Event>> {
    const { runId, callId, seq } = letter;
    const underWay = againUnderWay(this.#store);
    const key = letterKey(runId, callId, seq);
    const isFirst = !underWay.has(key);
    if (isFirst) underWay.add(key);
    const onBegun = (): void => void underWay.delete(key);
    try {
      if (!isFirst || (await this.#isMadeAgain(runId, letter))) {
        throw tauError('NOT_FOUND', `a fork of run ${runId} makes the call "${callId}" again already`);
      }
      return await this.#fork(executable, { runId, again: callId, onBegun }, { ...options, atSeq: seq - 1 });
    } catch (thrown) {
      if (isFirst) onBegun();
      throw thrown;
    }
  }

  async delete(runId: string): Promise<void> {
    if (worldOf(this.#store).has(runId)) {
      throw tauError('CONFLICT', `run ${runId} is under way in this process: cancel it, or let go of it, first`);
    }
    await this.#store.delete(runId);
  }

  async #fork<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    from: { readonly runId: string; readonly again?: string; readonly onBegun?: () => void },
    { atSeq, edit, ...options }: ForkOptions,
  ): Promise<LocalRun<Definition, State, Event>> {
    const { runId } = from;
    const { program } = executable.language;
    if (edit !== undefined && program.takesEdits !== true) {
      throw tauError('PROGRAM_TAKES_NO_INPUT', `a run of program "${program.kind}" cannot be edited: fork it as it is`);
    }
    const { header, stored } = await this.#found(runId);
    checkSeq(stored, atSeq);
    const definition = executable.definition;
    const version = versionOf(program.kind, definition);
    const books = new RunBooks(OPEN_CALLS);
    const store = this.#store;
    const at = await readRun({ store, program, header, seq: atSeq, books, known: { version, definition } });
    if (books.outcome !== undefined) {
      throw tauError('CONFLICT', `run ${runId} had ended by record ${atSeq}: fork it from an earlier one`);
    }
    const again = from.again === undefined ? undefined : books.calls.get(from.again);
    if (again !== undefined) Object.assign(again, { failures: 0, retryAtMs: undefined, mayHaveHappened: true });
    const begin = { ...header.begin, ...(options.vars !== undefined && { vars: options.vars }) };
    const state = forkedState({ executable, runId, migrate: options.migrate === true }, at);
    const point = { runId, seq: atSeq, ...(from.again !== undefined && { again: from.again }) };
    const fork = { from: point, begin, state: state as Json, books: books.toJson() };
    return startLocal(
      executable,
      { ...options, store },
      {
        fork: edit === undefined ? fork : { ...fork, edit },
        ...(from.onBegun !== undefined && { onBegun: from.onBegun }),
      },
    );
  }

  async #read({ stored, header, language }: Found, seq: number): Promise<{ moment: RunMoment }> {
    checkSeq(stored, seq);
    const books = new RunBooks(OPEN_CALLS);
    const { program } = language;
    const at = await readRun({ store: this.#store, program, header, seq, books });
    const state = at.state as Json;
    const view = program.view?.(at.definition, at.state) ?? (state as JsonObject);
    return {
      moment: {
        seq,
        state,
        view,
        calls: Array.from(books.calls.values(), ({ effect }) => effect.callId),
        recordsRead: at.recordsRead,
      },
    };
  }

  async #found(runId: string): Promise<Found> {
    const stored = await this.#stored(runId);
    const header = JSON.parse(stored.header) as RunHeader;
    const given = this.#languages.find(({ program }) => program.kind === header.kind);
    const language = given ?? (await ownLanguage(header.kind));
    if (language === undefined) {
      throw tauError('UNSUPPORTED', `run ${runId} is one of the program "${header.kind}": give openRuns its language`);
    }
    return { stored, header, language };
  }

  async #stored(runId: string): Promise<StoredRun> {
    const stored = await this.#store.find(runId);
    if (stored === undefined) throw tauError('NOT_FOUND', `there is no run ${runId} in this store`);
    return stored;
  }
}

const againByStore = new WeakMap<RunStore, Set<string>>();

/** Letters whose forks are not stored yet. */
function againUnderWay(store: RunStore): Set<string> {
  const known = againByStore.get(store) ?? new Set();
  againByStore.set(store, known);
  return known;
}

function letterKey(runId: string, callId: string, seq: number): string {
  return `${runId}/${seq}/${callId}`;
}

function forkedState<Definition, State, Event>(
  { executable, runId, migrate }: { executable: Executable<Definition, State, Event>; runId: string; migrate: boolean },
  at: RunAt<Definition, State>,
): State {
  const version = versionOf(executable.language.program.kind, executable.definition);
  if (at.version === version) return at.state;
  const versions = `run ${runId} was bound to version ${at.version} of its definition, and the fork was given version ${version}`;
  if (!migrate) throw tauError('CONFLICT', `${versions}: give it the same one, or take it over with "migrate: true"`);
  const { program } = executable.language;
  const migrated = program.migrate?.(at.definition, executable.definition, at.state);
  if (migrated?.ok === true) return migrated.state;
  const reasons = migrated?.reasons ?? [`the program "${program.kind}" cannot take runs over`];
  throw tauError('MIGRATION_REFUSED', `${versions}: ${reasons.join('; ')}`);
}

function checkSeq({ runId, lastSeq }: StoredRun, seq: number): void {
  if (Number.isInteger(seq) && seq >= 0 && seq <= lastSeq) return;
  throw tauError('NOT_FOUND', `run ${runId} has no record ${seq}: it has those from 1 to ${lastSeq}`);
}

function listingOf({ runId, header, status, lastSeq }: StoredRun): RunListing {
  const { kind, version, begin, parent, forkedFrom } = JSON.parse(header) as RunHeader;
  return {
    runId,
    kind,
    version,
    sessionId: begin.sessionId,
    startedMs: begin.startedAt,
    lastSeq,
    ...(parent !== undefined && { parent }),
    ...(forkedFrom !== undefined && { forkedFrom }),
    ...(status === '' ? {} : (JSON.parse(status) as RunStatus)),
  };
}
