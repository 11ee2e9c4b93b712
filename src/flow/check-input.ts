import type { Diagnostic, JsonObject, Parsed } from 'tau-core';
import type { FlowDefinition, StateKey } from './definition.js';
import type { FlowPlan } from './flow-plan.js';
import { startProblem } from './graph-updates.js';
import { listed } from './listed.js';
import { fitsStateType } from './reducer.js';

/**
 * Checks what a run is started with. A graph takes first values of its keys, each of its type; any other root takes
 * anything. A graph that makes its own `input` of what it is given takes anything, too. Nothing is added: keys that
 * are not given have their `initial`.
 */
export function checkFlowInput(definition: FlowDefinition, { root }: FlowPlan, input: JsonObject): Parsed<JsonObject> {
  if (root.kind !== 'graph' || root.input !== undefined) return { ok: true, definition: input };
  const diagnostics: Diagnostic[] = [];
  const refuse = (message: string): void => {
    // A definition does not keep the lines of its file.
    diagnostics.push({ file: definition.name, line: 1, column: 1, message });
  };
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const index = root.keyIndex.get(name);
    const key = index === undefined ? undefined : root.keys[index];
    if (key === undefined) {
      refuse(`the flow takes no "${name}": its state has ${listed(root.keyIndex.keys()) || 'no keys'}`);
    } else if (!fitsStateType(key.type, value)) {
      refuse(`"${name}" must be ${WANTED[key.type ?? 'text']}`);
    } else if (key.secret) {
      if (typeof value !== 'string') refuse(`"${name}" is a secret: it must be a text`);
    } else {
      const problem = startProblem(key, value);
      if (problem !== undefined) refuse(`"${name}" ${problem}`);
    }
  }
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, definition: input };
}

const WANTED: { readonly [type in NonNullable<StateKey['type']>]: string } = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
};
