import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isBoolean, isMapping, isNumber, isString } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { InputDefinition } from './definition.js';
import { expectation, inputValue } from './input-value.js';
import { asPlainText, asTexts, type Field, fieldsOf, keyText, positionOf, type Reading } from './reading.js';

type InputType = InputDefinition['type'];

const TYPES: readonly InputType[] = ['string', 'boolean', 'number', 'choice'];

function isInputType(text: string): text is InputType {
  return (TYPES as readonly string[]).includes(text);
}

/** Reads the inputs that `workflow_dispatch` declares. */
export function readInputs(reading: Reading, dispatch: TemplateToken | undefined): readonly InputDefinition[] {
  if (dispatch === undefined || !isMapping(dispatch)) return [];
  const inputs = fieldsOf(reading, 'dispatch', dispatch).get('inputs')?.value;
  if (inputs === undefined || !isMapping(inputs)) return [];
  return [...inputs].flatMap(({ key, value }) => {
    const name = keyText(reading, key);
    if (name === '__proto__') reading.findings.add(positionOf(key), '"__proto__" cannot be used as a name');
    if (name === undefined || name === '__proto__') return [];
    const place = positionOf(key) ?? { line: 1, column: 1 };
    const fields = isMapping(value) ? fieldsOf(reading, 'input', value) : new Map<string, Field>();
    return [readInput(reading, { name, line: place.line, column: place.column }, fields)];
  });
}

function readInput(
  reading: Reading,
  head: { readonly name: string; readonly line: number; readonly column: number },
  fields: ReadonlyMap<string, Field>,
): InputDefinition {
  const type = readType(reading, fields.get('type'));
  const required = fields.get('required')?.value;
  const options = readOptions(reading, head, type, fields.get('options'));
  const input: InputDefinition = {
    ...head,
    type,
    required: required !== undefined && isBoolean(required) && required.value,
    ...(options === undefined ? {} : { options }),
  };
  const preset = fields.get('default');
  if (preset === undefined) return input;
  const value = readDefault(reading, input, preset.value);
  return value === undefined ? input : { ...input, default: value };
}

function readType(reading: Reading, field: Field | undefined): InputType {
  if (field === undefined) return 'string';
  const text = asPlainText(reading, field.value, "an input's type");
  if (text !== undefined && isInputType(text)) return text;
  // GitHub knows one more, which lists the deployment environments of a repository.
  if (text === 'environment')
    reading.findings.add(positionOf(field.value), '"environment" is not supported: use choice');
  return 'string';
}

function readOptions(
  reading: Reading,
  head: { readonly name: string; readonly line: number; readonly column: number },
  type: InputType,
  field: Field | undefined,
): readonly string[] | undefined {
  const options = field === undefined ? [] : asTexts(reading, field.value, 'an option').map(([text]) => text);
  if (type !== 'choice') return undefined;
  if (options.length === 0) reading.findings.add(head, `"${head.name}" is a choice: name its options`);
  return options;
}

function readDefault(reading: Reading, input: InputDefinition, token: TemplateToken): InputDefinition['default'] {
  const given = isString(token) || isNumber(token) || isBoolean(token) ? token.value : undefined;
  if (given === undefined) return undefined;
  const value = inputValue(input, given);
  if (value === undefined) {
    reading.findings.add(positionOf(token), `the default of "${input.name}" must be ${expectation(input)}`);
  }
  return value;
}
