import { type ErrorData, type Executable, errorData } from 'tau-core';
import { isPlainJson } from '../json/plain-json.js';
import { versionOf } from './definition-version.js';

/** A run's state under another version of its definition, or why it cannot have one. */
export type MigratedRun<State> =
  | { readonly ok: true; readonly state: State }
  /** MIGRATION_REFUSED; its details have `reasons`, a line each. */
  | { readonly ok: false; readonly error: ErrorData };

/**
 * Brings the state of a run over to another version of its definition. Pure: the host journals the new state, and binds the run
 * to the new version, or leaves everything as it is.
 *
 * By default hosts drain: a run keeps the version that it began with to its end, and only new runs take the new one. Migrating
 * is for runs that live too long for that, and is asked for explicitly.
 */
export function migrateRun<Definition, State, Event>(
  from: Executable<Definition, State, Event>,
  to: Executable<Definition, State, Event>,
  state: State,
): MigratedRun<State> {
  const { program } = to.language;
  if (from.language.program.kind !== program.kind) {
    return refused([`the run is a ${from.language.program.kind}, and cannot become a ${program.kind}`]);
  }
  const [before, after] = [versionOf(program.kind, from.definition), versionOf(program.kind, to.definition)];
  if (before === after) return { ok: true, state };
  if (program.migrate === undefined) {
    return refused([`a ${program.kind} cannot change its definition while it runs: let it end with version ${before}`]);
  }
  try {
    const migrated = program.migrate(from.definition, to.definition, state);
    if (!migrated.ok) return refused(migrated.reasons);
    // The state is journaled by its host: what JSON would lose must be seen before, not after the next restart.
    if (!isPlainJson(migrated.state)) {
      return refused([`the ${program.kind} program made a state of it that is no plain JSON: a bug of the program`]);
    }
    return migrated;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return refused([`the ${program.kind} program failed at it: ${message}`]);
  }
}

function refused(reasons: readonly string[]): { readonly ok: false; readonly error: ErrorData } {
  const message = `the run stays with its version: ${reasons.join('; ')}`;
  return { ok: false, error: errorData('MIGRATION_REFUSED', message, { details: { reasons } }) };
}
