import { type Executable, type Json, type JsonObject, tauError } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { versionOf } from '../versioning/definition-version.js';
import type { LocalOptions } from './local-options.js';
import type { LocalRun } from './local-run.js';
import { OPEN_CALLS, RunBooks } from './run-books.js';
import { startLocal } from './run-local.js';
import { type RunAt, readRun } from './run-reader.js';
import { checkSeq, type StoredRuns } from './stored-runs.js';

export interface ForkOptions extends LocalOptions {
  /** The record after which the fork takes over. */
  readonly atSeq: number;
  /** A change of the state, in the program's own shape, before it goes on. */
  readonly edit?: JsonObject;
}

/** Which run a fork goes on from, and why. */
interface ForkedRun {
  readonly runId: string;
  /** The call whose dead letter it makes again. */
  readonly again?: string;
  /** Told once the fork is stored, or has stopped before that. */
  readonly onBegun?: () => void;
}

/** A new run that goes on from a moment of another one. */
export async function forkRun<Definition, State, Event>(
  runs: StoredRuns,
  executable: Executable<Definition, State, Event>,
  from: ForkedRun,
  { atSeq, edit, ...options }: ForkOptions,
): Promise<LocalRun<Definition, State, Event>> {
  const { runId } = from;
  const { program } = executable.language;
  if (edit !== undefined && program.takesEdits !== true) {
    throw tauError('PROGRAM_TAKES_NO_INPUT', `a run of program "${program.kind}" cannot be edited: fork it as it is`);
  }
  const { header, stored } = await runs.found(runId);
  checkSeq(stored, atSeq);
  const definition = executable.definition;
  const version = versionOf(program.kind, definition);
  const books = new RunBooks(OPEN_CALLS);
  const { store } = runs;
  const at = await readRun({ store, program, header, seq: atSeq, books, known: { version, definition } });
  if (books.outcome !== undefined) {
    throw tauError('CONFLICT', `run ${runId} had ended by record ${atSeq}: fork it from an earlier one`);
  }
  books.renewCalls((options.clock ?? systemClock).now());
  const again = from.again === undefined ? undefined : books.call(from.again);
  again?.again();
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
