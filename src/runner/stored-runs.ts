import { type Executable, type Json, type JsonObject, type ProgramEffect, type ProgramInput, tauError } from 'tau-core';
import { diffJson } from '../versioning/diff-json.js';
import { type RecordedDecision, type Replayed, replayRun } from '../versioning/replay-run.js';
import { type AnyLanguage, ownLanguage } from './own-languages.js';
import { OPEN_CALLS, RunBooks } from './run-books.js';
import type { RunHeader, RunStatus } from './run-header.js';
import { readRun } from './run-reader.js';
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

const PAGE = 1_000;

/** A run, and the language of its program. */
interface Found {
  readonly stored: StoredRun;
  readonly header: RunHeader;
  readonly language: AnyLanguage;
}

/** Reads the runs of a store: which there are, and any moment of their past. Changes nothing. */
export class StoredRuns {
  readonly store: RunStore;
  readonly #languages: readonly AnyLanguage[];

  constructor(store: RunStore, languages: readonly AnyLanguage[]) {
    this.store = store;
    this.#languages = languages;
  }

  async list({
    after = '',
    runsMax = PAGE,
  }: {
    after?: string;
    runsMax?: number;
  } = {}): Promise<readonly RunListing[]> {
    return (await this.store.list(after, runsMax)).map(listingOf);
  }

  async header(runId: string): Promise<RunHeader> {
    return JSON.parse((await this.stored(runId)).header) as RunHeader;
  }

  async checkpoints(
    runId: string,
    { fromSeq = 1, checkpointsMax = PAGE }: { fromSeq?: number; checkpointsMax?: number } = {},
  ): Promise<readonly Checkpoint[]> {
    const { lastSeq } = await this.stored(runId);
    const records = await this.store.records(runId, fromSeq, Math.min(lastSeq, fromSeq + checkpointsMax - 1));
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
    const { lastSeq } = await this.stored(runId);
    const records: RecordedDecision<Event>[] = [];
    const end = Math.min(upTo ?? lastSeq, lastSeq);
    for (let from = 1; from <= end; from += PAGE) {
      for (const { seq, text } of await this.store.records(runId, from, Math.min(end, from + PAGE - 1))) {
        const record = decodeRecord<Event>(seq, text);
        if (!('note' in record)) records.push(record);
      }
    }
    return replayRun(executable, begin, records, beganUnder === undefined ? {} : { beganUnder });
  }

  async at(runId: string, seq?: number): Promise<RunMoment> {
    const found = await this.found(runId);
    const { moment } = await this.#read(found, seq ?? found.stored.lastSeq);
    return moment;
  }

  async diff(runId: string, seqA: number, seqB: number, of: 'view' | 'state' = 'view') {
    const [a, b] = [await this.at(runId, seqA), await this.at(runId, seqB)];
    return diffJson(a[of], b[of]);
  }

  /** As `list`, without an end of the page. */
  async *all(): AsyncGenerator<RunListing> {
    for (let after = ''; ; ) {
      const page = await this.list({ after });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.runId;
    }
  }

  async #read({ stored, header, language }: Found, seq: number): Promise<{ moment: RunMoment }> {
    checkSeq(stored, seq);
    const books = new RunBooks(OPEN_CALLS);
    const { program } = language;
    const at = await readRun({ store: this.store, program, header, seq, books });
    const state = at.state as Json;
    const view = program.view?.(at.definition, at.state) ?? (state as JsonObject);
    return {
      moment: {
        seq,
        state,
        view,
        calls: Array.from(books.calls, ({ effect }) => effect.callId),
        recordsRead: at.recordsRead,
      },
    };
  }

  async found(runId: string): Promise<Found> {
    const stored = await this.stored(runId);
    const header = JSON.parse(stored.header) as RunHeader;
    const given = this.#languages.find(({ program }) => program.kind === header.kind);
    const language = given ?? (await ownLanguage(header.kind));
    if (language === undefined) {
      throw tauError('UNSUPPORTED', `run ${runId} is one of the program "${header.kind}": give openRuns its language`);
    }
    return { stored, header, language };
  }

  async stored(runId: string): Promise<StoredRun> {
    const stored = await this.store.find(runId);
    if (stored === undefined) throw tauError('NOT_FOUND', `there is no run ${runId} in this store`);
    return stored;
  }
}

/** @throws TauError NOT_FOUND */
export function checkSeq({ runId, lastSeq }: StoredRun, seq: number): void {
  if (Number.isInteger(seq) && seq >= 0 && seq <= lastSeq) return;
  throw tauError('NOT_FOUND', `run ${runId} has no record ${seq}: it has those from 1 to ${lastSeq}`);
}

export function listingOf({ runId, header, status, lastSeq }: StoredRun): RunListing {
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
