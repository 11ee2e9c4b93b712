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
  starters: ({ dispatch, call, action }) => ({
    hand: dispatch !== undefined,
    call: call !== undefined || action !== undefined,
  }),
};

/** What a lookup of `workflowFrom` finds for a path from the repository's root: a definition, or the text of one. */
export type FileLookup = (file: string) => WorkflowDefinition | { readonly source: string } | undefined;

/**
 * A workflow that is ready to be run, from its text. `lookup` gives those that it calls and the actions that it uses, by the
 * paths of their files, read or as texts, and undefined for those that there are not; without it there must be none. It is
 * asked for a file once. What it throws is passed on.
 *
 * @throws TauError DEFINITION_REFUSED with all that is wrong, in the workflow and in the texts that `lookup` gave, one
 * `file:line:column message` a line; `details.diagnostics` has
 * them as data.
 */
export function workflowFrom(
  source: string,
  file: string,
  lookup: FileLookup = () => undefined,
): Executable<WorkflowDefinition, WorkflowState, WorkflowEvent> {
  const definition = accepted(link(accepted(parseWorkflow(source, file), file), readBy(lookup)), file);
  return { language: workflowLanguage, definition };
}

/** The same lookup with texts read, and each file looked up once. */
function readBy(lookup: FileLookup): Lookup {
  const known = new Map<string, ReturnType<Lookup>>();
  const read = (file: string): ReturnType<Lookup> => {
    const found = lookup(file);
    if (found === undefined || !('source' in found)) return found;
    const parsed = parseWorkflow(found.source, file);
    return parsed.ok ? parsed.definition : { diagnostics: parsed.diagnostics };
  };
  return (file) => {
    if (!known.has(file)) known.set(file, read(file));
    return known.get(file);
  };
}

function accepted(parsed: Parsed<WorkflowDefinition>, name: string): WorkflowDefinition {
  if (parsed.ok) return parsed.definition;
  const lines = parsed.diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw tauError('DEFINITION_REFUSED', `${name} is no workflow that can run:\n${lines.join('\n')}`, {
    details: { diagnostics: parsed.diagnostics.map((diagnostic) => ({ ...diagnostic })) },
  });
}
