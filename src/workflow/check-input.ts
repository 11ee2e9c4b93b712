import type { Diagnostic, Json, JsonObject, Parsed } from 'tau-core';
import type { InputDefinition, WorkflowDefinition } from './definition.js';
import { isSame } from './identifier.js';
import { expectation, inputValue } from './input-value.js';

const GIVE = 'start the run with a value for it, or give it a "default" here';

/**
 * Checks the inputs of a run that a client starts, and fills in defaults. Diagnostics point at the declaration in the
 * workflow's file. The inputs are those of `workflow_dispatch`, or else those of `workflow_call`; a workflow with neither
 * declares nothing and takes any inputs as they are. A composite action cannot be started.
 *
 * An input that is neither given nor has a default is absent, and null in expressions; a boolean one is false.
 */
export function checkInput(definition: WorkflowDefinition, input: JsonObject): Parsed<JsonObject> {
  const { dispatch, call, file } = definition;
  if (definition.action !== undefined) {
    const message = 'this is an action: a step of a workflow uses it, and nothing starts it';
    return { ok: false, diagnostics: [{ file, line: 1, column: 1, message }] };
  }
  const declared = dispatch ?? call;
  if (declared === undefined) return { ok: true, definition: input };
  const diagnostics: Diagnostic[] = [];
  const taken = new Map<string, Json>();
  const names = declared.inputs.map(({ name }) => name);
  const otherwise = Object.keys(input).filter((name) => !names.includes(name));
  for (const one of declared.inputs) {
    // That its name is written otherwise says enough.
    if (otherwise.some((name) => isSame(name, one.name))) continue;
    const checked = checkOne(one, Object.hasOwn(input, one.name) ? input[one.name] : undefined);
    if ('problem' in checked) {
      diagnostics.push({ file, line: one.line, column: one.column, message: checked.problem });
    } else if (checked.value !== undefined) {
      taken.set(one.name, checked.value);
    }
  }
  for (const name of otherwise) {
    const meant = names.find((one) => isSame(one, name));
    const message =
      meant === undefined
        ? `there is no input "${name}"; there are ${names.join(', ') || 'none'}`
        : `there is no input "${name}": case matters, write "${meant}"`;
    diagnostics.push({ file, line: declared.line, column: declared.column, message });
  }
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, definition: Object.fromEntries(taken) };
}

function checkOne(
  declared: InputDefinition,
  given: Json | undefined,
): { readonly value: Json | undefined } | { readonly problem: string } {
  if (given === undefined || given === null) {
    if (declared.defaultFrom !== undefined)
      return {
        problem: `the default of the input "${declared.name}" is an expression, which only a caller can tell: start the run with a value for it`,
      };
    const value = declared.default ?? (declared.type === 'boolean' ? false : undefined);
    if (declared.required && declared.default === undefined)
      return { problem: `the input "${declared.name}" is required: ${GIVE}` };
    return { value };
  }
  const value = typeof given === 'object' ? undefined : inputValue(declared, given);
  return value === undefined ? { problem: `the input "${declared.name}" must be ${expectation(declared)}` } : { value };
}
