import type { JsonObject, Parsed, ProgramLanguage } from 'tau-core';
import type { HubDefinition } from './definition.js';
import { parseHub } from './parse.js';
import { hubProgram } from './program.js';
import type { HubProgramEvent, HubProgramState } from './program-state.js';

/** The language of hubs: JSON, and the program that runs them. Events start no hub, and it has no inputs. */
export const hubLanguage: ProgramLanguage<HubDefinition, HubProgramState, HubProgramEvent> = {
  program: hubProgram,
  parse: parseHub,
  triggers: () => [],
  matches: () => false,
  checkInput,
};

function checkInput(_definition: HubDefinition, input: JsonObject): Parsed<JsonObject> {
  const [name] = Object.keys(input);
  if (name === undefined) return { ok: true, definition: input };
  const message = `a hub has no input "${name}": tell it by messages`;
  return { ok: false, diagnostics: [{ file: 'hub', line: 1, column: 1, message }] };
}
