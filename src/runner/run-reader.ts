import { type Json, type JsonObject, type Program, tauError } from 'tau-core';
import { applyDelta, type JsonDelta } from './json-delta.js';
import type { RunBooks } from './run-books.js';
import type { RunHeader } from './run-header.js';
import { decodeRecord, type RunRecord } from './run-record.js';
import type { RunStore } from './store/run-store.js';

/** All that a run is after one of its records. */
export interface Snapshot {
  readonly s: Json;
  readonly b: JsonObject;
  /** Version of its definition. */
  readonly d: string;
}

/** A frame's snapshot, by its number: the record `index * frameEvery`. */
export interface FramedSnapshot {
  readonly index: number;
  readonly snapshot: Snapshot;
}

export interface RunAt<Definition, State> {
  readonly state: State;
  readonly definition: Definition;
  readonly version: string;
  /** The frames that later ones are differences to, oldest first. */
  readonly frames: readonly FramedSnapshot[];
  /** How many records were read to get here. */
  readonly recordsRead: number;
}

export interface ReadRequest<Definition, State, Event> {
  readonly store: RunStore;
  readonly program: Program<Definition, State, Event>;
  readonly header: RunHeader;
  readonly seq: number;
  /** Empty; they are filled. */
  readonly books: RunBooks;
  /** A definition that is at hand: what is compiled for it is used again. */
  readonly known?: { readonly version: string; readonly definition: Definition };
}

/**
 * Each frame is a difference to an earlier one: frame `i` to the one whose number is `i` without its lowest bit. So a frame is
 * reached over at most log2(i) differences, whose sizes are those of the changes between: storage grows by n log n of the changes,
 * not with the size of the state, and no read takes more than `frameEvery` records.
 */
export function parentFrame(index: number): number {
  return index & (index - 1);
}

/** Frame 0: the run before its first record. */
export function firstSnapshot<Definition>(
  program: Program<Definition, unknown, never>,
  header: RunHeader,
  definition: Definition,
  books: RunBooks,
): Snapshot {
  const start = header.start;
  const state = start === undefined ? program.initial(definition, header.begin) : start.state;
  return { s: state as Json, b: start?.books ?? books.toJson(), d: header.version };
}

/**
 * What a run was after a record.
 *
 * @throws TauError JOURNAL_CORRUPT when records are missing.
 */
export async function readRun<Definition, State, Event>(
  request: ReadRequest<Definition, State, Event>,
): Promise<RunAt<Definition, State>> {
  const { store, program, header, seq, books, known } = request;
  const definitionAt = async (version: string): Promise<Definition> => {
    if (known?.version === version) return known.definition;
    const text = await store.definition(version);
    if (text === undefined)
      throw tauError('JOURNAL_CORRUPT', `run ${header.runId}: its definition ${version} is missing`);
    return JSON.parse(text) as Definition;
  };
  const frames = await readFrames(request, await definitionAt(header.version));
  const last = frames.at(-1) as FramedSnapshot;
  let version = last.snapshot.d;
  let definition = await definitionAt(version);
  let state = last.snapshot.s as State;
  books.restore(last.snapshot.b);
  const from = last.index * header.frameEvery + 1;
  const stored = from > seq ? [] : await store.records(header.runId, from, seq);
  if (stored.length !== seq - from + 1) {
    throw tauError(
      'JOURNAL_CORRUPT',
      `run ${header.runId}: ${seq - from + 1 - stored.length} of its records are missing`,
    );
  }
  for (const { seq: at, text } of stored) {
    const record = decodeRecord<Event>(at, text);
    if ('note' in record && record.note.type === 'migrated') {
      version = record.note.to;
      definition = await definitionAt(version);
      state = record.note.state as State;
    }
    state = takeRecord(record, books, (at, event) => program.evolve(definition, at, event), state);
  }
  return { state, definition, version, frames, recordsRead: stored.length };
}

/** Folds one record into a state and the books. */
function takeRecord<State, Event>(
  record: RunRecord<Event>,
  books: RunBooks,
  evolve: (state: State, event: Event) => State,
  before: State,
): State {
  if ('note' in record) {
    books.takeNote(record.note, record.timeMs);
    return before;
  }
  books.takeInput(record.input, record.key);
  const after = record.events.reduce(evolve, before);
  for (const effect of record.effects) books.takeEffect(effect, record.timeMs);
  return after;
}

async function readFrames<Definition, State, Event>(
  { store, program, header, seq, books }: ReadRequest<Definition, State, Event>,
  definition: Definition,
): Promise<readonly FramedSnapshot[]> {
  const indexes: number[] = [];
  for (let index = Math.floor(seq / header.frameEvery); index > 0; index = parentFrame(index)) indexes.unshift(index);
  const stored =
    indexes.length === 0
      ? []
      : await store.frames(
          header.runId,
          indexes.map((index) => index * header.frameEvery),
        );
  if (stored.length !== indexes.length) {
    throw tauError(
      'JOURNAL_CORRUPT',
      `run ${header.runId}: ${indexes.length - stored.length} of its frames are missing`,
    );
  }
  let snapshot = firstSnapshot(program as Program<Definition, unknown, never>, header, definition, books);
  const frames: FramedSnapshot[] = [{ index: 0, snapshot }];
  for (const [nth, { text }] of stored.entries()) {
    snapshot = applyDelta(snapshot as unknown as Json, JSON.parse(text) as JsonDelta) as unknown as Snapshot;
    frames.push({ index: indexes[nth] ?? 0, snapshot });
  }
  return frames;
}
