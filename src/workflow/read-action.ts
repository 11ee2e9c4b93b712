import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Entry } from '../expression/template-source.js';
import type { ActionDefinition } from './definition.js';
import { readInputs } from './read-inputs.js';
import { readSteps } from './read-steps.js';
import { readTemplate } from './read-template.js';
import { asPlainText, type Field, fieldsIn, fieldsOf, namesIn, positionOf, type Reading } from './reading.js';

/** Reads a composite action; undefined when the file is none, which the findings then say. */
export function readAction(reading: Reading, file: string): ActionDefinition | undefined {
  const { root } = reading.source;
  if (root === undefined || !isMapping(root)) return undefined;
  const fields = fieldsOf(reading, 'action', root);
  const runs = fields.get('runs');
  const name = fields.get('name')?.value;
  const text = name === undefined ? undefined : asPlainText(reading, name, '"name"');
  const steps = runs === undefined ? undefined : readRuns(reading, runs);
  // What is wrong is the kind; inputs and outputs of another kind say other things.
  if (steps === undefined) return undefined;
  return {
    format: 1,
    file,
    name: text === undefined || text === '' ? file : text,
    inputs: readInputs(reading, fields.get('inputs')?.value, 'actionInput'),
    outputs: readOutputs(reading, fields.get('outputs')?.value),
    steps,
  };
}

function readRuns(reading: Reading, { key, value }: Field): ActionDefinition['steps'] | undefined {
  const fields = fieldsIn(reading, 'actionRuns', value);
  const using = fields.get('using')?.value;
  const kind = using === undefined ? undefined : asPlainText(reading, using, '"using"');
  const steps = fields.get('steps')?.value;
  if (using === undefined) {
    reading.findings.add(positionOf(key), '"runs" needs using: composite');
  } else if (kind !== undefined && kind !== 'composite') {
    const instead = 'write using: composite with steps, or offer what it does as an action of an extension';
    reading.findings.add(positionOf(using), `"using: ${kind}" is not supported: ${instead}`);
  } else if (steps === undefined) {
    reading.findings.add(positionOf(key), 'an action needs steps');
  }
  return steps === undefined ? undefined : readSteps(reading, steps, 'actionStep');
}

function readOutputs(reading: Reading, token: TemplateToken | undefined): readonly Entry[] {
  return namesIn(reading, token).flatMap(({ name, key, value }) => {
    const output = fieldsIn(reading, 'actionOutput', value).get('value')?.value;
    if (output !== undefined) return [{ name, value: readTemplate(reading, output) }];
    reading.findings.add(positionOf(key), `the output "${name}" needs a "value", e.g. \${{ steps.build.outputs.url }}`);
    return [];
  });
}
