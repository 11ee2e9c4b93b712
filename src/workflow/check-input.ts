import type { Diagnostic, Json, JsonObject, Parsed } from 'tau-core';
import type { InputDefinition, WorkflowDefinition } from './definition.js';
import { expectation, inputValue } from './input-value.js';

/**
 * Checks the inputs of a run that a client starts, and fills in defaults. Diagnostics point at the declaration in the
 * workflow's file. A workflow without `workflow_dispatch` declares nothing and takes any inputs as they are.
 *
 * An input that is neither given nor has a default is absent, and null in expressions; a boolean one is false.
 */
export function checkInput(definition: WorkflowDefinition, input: JsonObject): Parsed<JsonObject> {
  const { dispatch, file } = definition;
  if (dispatch === undefined) return { ok: true, definition: input };
  const diagnostics: Diagnostic[] = [];
  const taken = new Map<string, Json>();
  for (const declared of dispatch.inputs) {
    const checked = checkOne(declared, Object.hasOwn(input, declared.name) ? input[declared.name] : undefined);
    if ('problem' in checked) {
      diagnostics.push({ file, line: declared.line, column: declared.column, message: checked.problem });
    } else if (checked.value !== undefined) {
      taken.set(declared.name, checked.value);
    }
  }
  const names = new Set(dispatch.inputs.map(({ name }) => name));
  for (const name of Object.keys(input)) {
    if (names.has(name)) continue;
    const message = `there is no input "${name}"; there are ${[...names].join(', ') || 'none'}`;
    diagnostics.push({ file, line: dispatch.line, column: dispatch.column, message });
  }
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, definition: Object.fromEntries(taken) };
}

function checkOne(
  declared: InputDefinition,
  given: Json | undefined,
): { readonly value: Json | undefined } | { readonly problem: string } {
  if (given === undefined || given === null) {
    const value = declared.default ?? (declared.type === 'boolean' ? false : undefined);
    if (declared.required && declared.default === undefined)
      return { problem: `the input "${declared.name}" is required` };
    return { value };
  }
  const value = typeof given === 'object' ? undefined : inputValue(declared, given);
  return value === undefined ? { problem: `the input "${declared.name}" must be ${expectation(declared)}` } : { value };
}
