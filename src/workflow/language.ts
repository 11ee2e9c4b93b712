import { type Executable, type Parsed, type ProgramLanguage, tauError } from 'tau-core';
import { checkInput } from './check-input.js';
import type { WorkflowDefinition } from './definition.js';
import type { WorkflowEvent } from './event.js';
import { matches } from './filters.js';
import { type Lookup, link } from './link.js';
import { parseWorkflow } from './parse.js';
import { workflowProgram } from './program.js';
import { references } from './references.js';
import { schedules } from './scheduled-starts.js';
import type { WorkflowState } from './state.js';

export { workflowProgram };

/** The workflow language: YAML files in the form of GitHub's, and the program that runs them. */
export const workflowLanguage: ProgramLanguage<WorkflowDefinition, WorkflowState, WorkflowEvent> = {
  program: workflowProgram,
  parse: parseWorkflow,
  triggers: (definition) => definition.triggers,
  matches,
  checkInput,
  references,
  link,
  schedules,
};

/**
 * A workflow that is ready to be run, from its text. `lookup` gives those that it calls and the actions that it uses, by the
 * paths of their files; without it there must be none.
 *
 * @throws TauError DEFINITION_REFUSED with all that is wrong, one `file:line:column message` a line; `details.diagnostics` has
 * them as data.
 */
export function workflowFrom(
  source: string,
  file: string,
  lookup: Lookup = () => undefined,
): Executable<WorkflowDefinition, WorkflowState, WorkflowEvent> {
  const definition = accepted(link(accepted(parseWorkflow(source, file), file), lookup), file);
  return { language: workflowLanguage, definition };
}

function accepted(parsed: Parsed<WorkflowDefinition>, name: string): WorkflowDefinition {
  if (parsed.ok) return parsed.definition;
  const lines = parsed.diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw tauError('DEFINITION_REFUSED', `${name} is no workflow that can run:\n${lines.join('\n')}`, {
    details: { diagnostics: parsed.diagnostics.map((diagnostic) => ({ ...diagnostic })) },
  });
}
