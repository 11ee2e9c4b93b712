import { posix } from 'node:path';
import { type Diagnostic, type TauError, tauError } from 'tau-core';
import type { DefinitionView } from 'tau-core/client';
import { programOfFile } from '../workflows/definition-program.js';
import type { CommandSession } from './context.js';
import type { Output } from './output.js';
import { readNamedFile } from './read-input.js';

/** A definition's name in the kernel: its path as given, so that the same file has the same name however it is put. */
export function workflowName(path: string): string {
  return posix.normalize(path);
}

/**
 * The program that runs a file's definition. A name that says nothing is a workflow's, unless it says that it is none.
 *
 * @throws TauError INVALID_ARGUMENT for a JSON file whose name does not say what it is.
 */
export function programOf(path: string): string {
  const program = programOfFile(path);
  if (program !== undefined) return program;
  if (!path.endsWith('.json')) return 'workflow';
  const names = '*.flow.json, *.schedule.json or *.hub.json';
  throw tauError(
    'INVALID_ARGUMENT',
    `${path}: its name does not say what it is; name it ${names} (workflows are *.yml)`,
  );
}

/** `file:line:column: message`, as editors and terminals understand it. */
export function diagnosticLine({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}`;
}

/**
 * Puts a definition's file in service. What should be looked at is told, and hinders nothing.
 *
 * @throws TauError DEFINITION_REFUSED with every place that is wrong in `details.diagnostics`, after printing them.
 */
export async function putWorkflow(session: CommandSession, path: string): Promise<DefinitionView> {
  const program = programOf(path);
  const source = await readNamedFile(session.ports, path);
  const result = await session.client.putDefinition({ name: workflowName(path), source, program });
  if (!result.accepted) throw refusedDefinition(session.output, path, result.diagnostics);
  for (const warning of result.warnings) session.output.hint(`warning: ${diagnosticLine(warning)}`);
  return result.definition;
}

/** The error for a file that was refused, after its places were printed. */
export function refusedDefinition(output: Output, path: string, places: readonly Diagnostic[]): TauError {
  const diagnostics = places.map((diagnostic) => ({ ...diagnostic }));
  for (const diagnostic of diagnostics) output.hint(diagnosticLine(diagnostic));
  const count = diagnostics.length === 1 ? 'one place is' : `${diagnostics.length} places are`;
  return tauError('DEFINITION_REFUSED', `${path} was refused: ${count} wrong; correct and run again`, {
    details: { diagnostics },
  });
}
