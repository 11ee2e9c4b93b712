import { getActionSchema } from '@actions/workflow-parser/actions/action-schema';
import { StringDefinition } from '@actions/workflow-parser/templates/schema/string-definition';
import type { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { mapping, oneOf, property, schemaLike } from './schema-parts.js';
import { SYNTAX_TABLE } from './syntax-table.js';

let dialect: TemplateSchema | undefined;

/**
 * GitHub's schema of action files with TAU's changes:
 *
 * 1. `runs` is one mapping with the keys of all kinds of actions, so that those that are refused are told by name.
 * 2. A value of a step's `with` may be any YAML.
 * 3. `name` and `description` may be left out; what stands under `branding` is not looked at.
 */
export function actionSchema(): TemplateSchema {
  dialect ??= buildDialect();
  return dialect;
}

function buildDialect(): TemplateSchema {
  const github = getActionSchema().definitions;
  const schema = schemaLike(getActionSchema());
  const root = mapping('action-root-strict', github['action-root-strict']);
  root.properties['branding'] = property('any');
  for (const key of ['name', 'description']) root.properties[key] = property('string');
  const runs = mapping('tau-runs');
  for (const key of Object.keys(SYNTAX_TABLE.actionRuns)) runs.properties[key] = property('any');
  runs.properties['using'] = property('non-empty-string');
  runs.properties['steps'] = property('composite-steps');
  const inputs = mapping('step-with', github['step-with']);
  inputs.looseValueType = 'any';
  // GitHub's schema takes any key of an input, and what is misspelled would mean nothing.
  const input = mapping('input-strict');
  for (const key of Object.keys(SYNTAX_TABLE.actionInput)) input.properties[key] = property('string');
  // Whether it is text matters to nobody there.
  const required = oneOf('tau-required', ['boolean']);
  for (const word of ['true', 'false']) {
    const constant = new StringDefinition(`tau-${word}`);
    constant.constant = word;
    schema.definitions[constant.key] = constant;
    required.oneOf.push(constant.key);
  }
  schema.definitions[required.key] = required;
  input.properties['required'] = property(required.key);
  input.properties['default'] = property('input-default-context');
  const text = new StringDefinition('tau-input-default');
  const defaults = oneOf('input-default-context', ['null', 'boolean', 'number', text.key]);
  defaults.readerContext.push('github');
  for (const changed of [root, runs, inputs, input, text, defaults]) schema.definitions[changed.key] = changed;
  schema.definitions['runs-strict'] = oneOf('runs-strict', [runs.key]);
  return schema;
}
