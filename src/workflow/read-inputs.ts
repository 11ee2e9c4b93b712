import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import {
  isBasicExpression,
  isBoolean,
  isNumber,
  isString,
} from '@actions/workflow-parser/templates/tokens/type-guards';
import type { InputDefinition } from './definition.js';
import type { Position } from './findings.js';
import { expectation, inputValue } from './input-value.js';
import { readTemplate } from './read-template.js';
import { asPlainText, asTexts, type Field, fieldsIn, namesIn, placeOf, positionOf, type Reading } from './reading.js';
import type { Section } from './syntax-table.js';

type InputType = InputDefinition['type'];
/** Inputs that forms fill in, and those that a caller gives. */
type InputSection = Extract<Section, 'input' | 'callInput' | 'actionInput'>;

const TYPES: readonly InputType[] = ['string', 'boolean', 'number', 'choice'];

function isInputType(text: string): text is InputType {
  return (TYPES as readonly string[]).includes(text);
}

/** Reads inputs that are declared: a mapping of names, whose keys are those of `section`. */
export function readInputs(
  reading: Reading,
  inputs: TemplateToken | undefined,
  section: InputSection,
): readonly InputDefinition[] {
  return namesIn(reading, inputs).map(({ name, key, value }) =>
    readInput(reading, { name, ...placeOf(key) }, fieldsIn(reading, section, value), section),
  );
}

type Head = Position & { readonly name: string };

function readInput(
  reading: Reading,
  head: Head,
  fields: ReadonlyMap<string, Field>,
  section: InputSection,
): InputDefinition {
  const type = readType(reading, fields.get('type'));
  const required = fields.get('required')?.value;
  const options = readOptions(reading, head, type, fields.get('options'));
  const input: InputDefinition = {
    ...head,
    type,
    required: required !== undefined && isTrue(required),
    ...(options === undefined ? {} : { options }),
  };
  const preset = fields.get('default');
  if (preset === undefined) return input;
  if (isBasicExpression(preset.value) && section !== 'input')
    return { ...input, defaultFrom: readTemplate(reading, preset.value) };
  const value = readDefault(reading, input, preset.value);
  return value === undefined ? input : { ...input, default: value };
}

/** Actions may have it as text. */
function isTrue(token: TemplateToken): boolean {
  return (isBoolean(token) && token.value) || (isString(token) && token.value === 'true');
}

function readType(reading: Reading, field: Field | undefined): InputType {
  if (field === undefined) return 'string';
  const text = asPlainText(reading, field.value, "an input's type");
  // GitHub's `environment` is the name of one of a repository's deployment environments; here it is text.
  return text !== undefined && isInputType(text) ? text : 'string';
}

function readOptions(
  reading: Reading,
  head: Head,
  type: InputType,
  field: Field | undefined,
): readonly string[] | undefined {
  const options = field === undefined ? [] : asTexts(reading, field.value, 'an option').map(([text]) => text);
  if (type === 'choice') {
    if (options.length === 0) reading.findings.add(head, `"${head.name}" is a choice: name its options`);
    return options;
  }
  if (field !== undefined)
    reading.findings.add(positionOf(field.key), `"${head.name}" has options and is no choice: write type: choice`);
  return undefined;
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
