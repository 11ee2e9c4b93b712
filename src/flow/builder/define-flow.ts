import { type Executable, tauError } from 'tau-core';
import type { FlowDefinition, FlowNode } from '../definition.js';
import type { FlowEvent } from '../event.js';
import type { FlowFinding } from '../findings.js';
import { type FlowLanguage, flowLanguage, reducersOf } from '../language.js';
import type { FlowState } from '../state.js';
import { validateFlow } from '../validate.js';

export interface DefineFlowOptions extends Pick<FlowDefinition, 'description' | 'patches'> {
  /** The language that runs it; default the one with the reducers that every flow has. */
  readonly language?: FlowLanguage;
}

/**
 * Makes a flow of a node, ready to be run.
 *
 * @throws TauError DEFINITION_REFUSED that lists everything that is wrong; `details.findings` has it as data.
 * @example
 * ```ts
 * import { chain, defineFlow, task } from 'tau-orchestrate/flow';
 *
 * const greet = defineFlow('greet', chain({ look: task('tool:look'), greet: task('tool:greet') }));
 * ```
 */
export function defineFlow(
  name: string,
  root: FlowNode,
  { language = flowLanguage, ...others }: DefineFlowOptions = {},
): Executable<FlowDefinition, FlowState, FlowEvent> {
  const definition: FlowDefinition = { format: 1, name, root, ...others };
  const findings = validateFlow(definition, { reducers: reducersOf(language) });
  if (findings.length > 0) throw refused(name, findings);
  return { language, definition };
}

function refused(name: string, findings: readonly FlowFinding[]): Error {
  const lines = findings.map(({ place, column, message }) => {
    const at = column === undefined ? place : `${place}, column ${column}`;
    return `${at}: ${message}`;
  });
  const list = findings.map(({ place, message, column }) => ({
    place,
    message,
    ...(column !== undefined && { column }),
  }));
  return tauError('DEFINITION_REFUSED', `the flow "${name}" is refused:\n${lines.join('\n')}`, {
    details: { findings: list },
  });
}
