import { posix } from 'node:path';
import { type Diagnostic, tauError } from 'tau-core';
import type { DefinitionView } from 'tau-core/client';
import type { CommandSession } from './context.js';
import { readNamedFile } from './read-input.js';

/** A workflow's name in the kernel: its path as given, so that the same file has the same name however it is put. */
export function workflowName(path: string): string {
  return posix.normalize(path);
}

/** `file:line:column: message`, as editors and terminals understand it. */
export function diagnosticLine({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}`;
}

/**
 * Puts a workflow's file in service.
 *
 * @throws TauError DEFINITION_REFUSED with every place that is wrong in `details.diagnostics`, after printing them.
 */
export async function putWorkflow(session: CommandSession, path: string): Promise<DefinitionView> {
  const source = await readNamedFile(session.ports, path);
  const result = await session.client.putDefinition({ name: workflowName(path), source });
  if (result.accepted) return result.definition;
  const diagnostics = result.diagnostics.map((diagnostic) => ({ ...diagnostic }));
  for (const diagnostic of diagnostics) session.output.hint(diagnosticLine(diagnostic));
  const count = diagnostics.length === 1 ? 'one place is' : `${diagnostics.length} places are`;
  throw tauError('DEFINITION_REFUSED', `${path} was refused: ${count} wrong; correct and run again`, {
    details: { diagnostics },
  });
}
