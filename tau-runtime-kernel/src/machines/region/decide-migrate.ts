import { errorData, type Json, type Migrated } from 'tau-core';
import { activeRun } from './decide-run.js';
import { accept, type Draft, emit, refuse } from './draft.js';
import type { RegionInput } from './inputs.js';
import { definitionOf, type HostedLanguage, languageOf } from './programs.js';
import type { BoundDefinition, RunState } from './state.js';

/**
 * Brings a run to another version of its definition: its program translates the state, or says why it cannot. Calls in flight
 * go on as they are.
 */
export function decideMigrate(draft: Draft, input: Extract<RegionInput, { readonly type: 'migrateRun' }>): void {
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  const { bound, checkOnly } = input;
  const { runId } = run;
  if (bound.version === run.definition.version) return accept(draft, { runId, fresh: false });
  if (bound.program !== run.definition.program) {
    const message = `run ${runId} is of program "${run.definition.program}", "${bound.name}" of "${bound.program}"; start a new run of it`;
    return refuse(draft, errorData('MIGRATION_REFUSED', message, { details: { reasons: [message] } }));
  }
  const { program } = languageOf(draft.programs, bound);
  if (program.migrate === undefined) {
    const message = `runs of program "${bound.program}" cannot be migrated; let run ${runId} end under its own version`;
    return refuse(draft, errorData('UNSUPPORTED', message));
  }
  const migrated = migratedBy(program, definitionOf(draft.state, run), bound, run);
  if (!migrated.ok) {
    const reasons = [...migrated.reasons];
    const message = `run ${runId} cannot go over to ${bound.name} ${bound.version}: ${reasons.join('; ')}`;
    return refuse(draft, errorData('MIGRATION_REFUSED', message, { details: { reasons } }));
  }
  if (!checkOnly) {
    if (!draft.state.adopted.has(bound.version)) emit(draft, { type: 'definition.adopted', bound });
    const definition = { name: bound.name, program: bound.program, version: bound.version };
    emit(draft, { type: 'run.migrated', runId, prev: run.lastSeq, definition, program: migrated.state });
  }
  accept(draft, { runId, fresh: !checkOnly });
}

/** A program that throws has a bug, which is a reason of its own: the run goes on as it is. */
function migratedBy(
  program: HostedLanguage['program'],
  from: Json,
  { definition }: BoundDefinition,
  run: RunState,
): Migrated<Json> {
  try {
    return program.migrate?.(from, definition, run.program) ?? { ok: false, reasons: ['its program migrates nothing'] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, reasons: [`the program failed to translate its state: ${message}`] };
  }
}
