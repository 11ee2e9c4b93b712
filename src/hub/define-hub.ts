import type { Executable } from 'tau-core';
import { accepted } from '../json/accepted.js';
import type { HubDefinition } from './definition.js';
import { hubLanguage } from './language.js';
import type { HubProgramEvent, HubProgramState } from './program-state.js';

/**
 * A hub that is ready to be run, as a program: its agents are capabilities. A hub of functions in this process is `openHub`.
 *
 * @throws TauError DEFINITION_REFUSED that lists everything that is wrong; `details.diagnostics` has it as data.
 * @example
 * ```ts
 * import { defineHub } from 'tau-orchestrate';
 *
 * const team = defineHub({ name: 'team', agents: [{ name: 'planner' }, { name: 'coder', capability: 'agent:coder' }] });
 * ```
 */
export function defineHub(definition: HubDefinition): Executable<HubDefinition, HubProgramState, HubProgramEvent> {
  const parsed = hubLanguage.parse(JSON.stringify(definition, null, 2), definition.name);
  return { language: hubLanguage, definition: accepted(parsed, `the hub "${definition.name}"`) };
}
