import type { Definition } from '@actions/workflow-parser/templates/schema/definition';
import { MappingDefinition } from '@actions/workflow-parser/templates/schema/mapping-definition';
import { OneOfDefinition } from '@actions/workflow-parser/templates/schema/one-of-definition';
import { PropertyDefinition } from '@actions/workflow-parser/templates/schema/property-definition';
import { SequenceDefinition } from '@actions/workflow-parser/templates/schema/sequence-definition';
import { StringDefinition } from '@actions/workflow-parser/templates/schema/string-definition';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { StringToken } from '@actions/workflow-parser/templates/tokens/index';
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema';
import { SYNTAX_TABLE } from './syntax-table.js';
import { WEBHOOK_EVENTS } from './webhook-events.js';

let dialect: TemplateSchema | undefined;

/**
 * GitHub's schema of workflow files with TAU's changes. GitHub's own stays as it is: definitions that change are new
 * objects. The changes:
 *
 * 1. `runs-on` may be left out.
 * 2. Every webhook event is a trigger; what may stand under it is checked by `read-triggers.ts`.
 * 3. A value of `with` may be any YAML, and literals keep their type: actions take JSON.
 */
export function dialectSchema(): TemplateSchema {
  dialect ??= buildDialect();
  return dialect;
}

function buildDialect(): TemplateSchema {
  const github = getWorkflowSchema().definitions;
  const schema = new TemplateSchema();
  for (const [name, definition] of Object.entries(github)) schema.definitions[name] = definition;

  const job = mapping('job-factory', github['job-factory']);
  job.properties['runs-on'] = property('runs-on');
  const inputs = mapping('step-with', github['step-with']);
  inputs.looseValueType = 'any';

  const types = oneOf('tau-trigger-types', ['non-empty-string', 'sequence-of-non-empty-string']);
  const filters = mapping('tau-trigger-filters', undefined);
  for (const filter of Object.keys(SYNTAX_TABLE.trigger)) filters.properties[filter] = property('any');
  filters.properties.types = property(types.key);
  const trigger = oneOf('tau-trigger', ['null', filters.key]);

  const onMapping = mapping('on-mapping-strict', github['on-mapping-strict']);
  const onName = oneOf('on-string-strict', []);
  for (const event of [...Object.keys(WEBHOOK_EVENTS), ...Object.keys(SYNTAX_TABLE.on)]) {
    const name = new StringDefinition(`tau-on-${event}`);
    name.constant = event;
    schema.definitions[name.key] = name;
    onName.oneOf.push(name.key);
    if (Object.hasOwn(WEBHOOK_EVENTS, event)) onMapping.properties[event] = property(trigger.key);
  }
  const onSequence = new SequenceDefinition('on-sequence-strict');
  onSequence.itemType = onName.key;

  for (const changed of [job, inputs, types, filters, trigger, onMapping, onName, onSequence]) {
    schema.definitions[changed.key] = changed;
  }
  return schema;
}

/** A mapping that starts as a copy of another. */
function mapping(key: string, from: Definition | undefined): MappingDefinition {
  const made = new MappingDefinition(key);
  if (!(from instanceof MappingDefinition)) return made;
  made.readerContext.push(...from.readerContext);
  made.looseKeyType = from.looseKeyType;
  made.looseValueType = from.looseValueType;
  for (const [name, definition] of Object.entries(from.properties)) made.properties[name] = definition;
  return made;
}

function oneOf(key: string, names: readonly string[]): OneOfDefinition {
  const made = new OneOfDefinition(key);
  made.oneOf.push(...names);
  return made;
}

function property(type: string): PropertyDefinition {
  return new PropertyDefinition(new StringToken(undefined, undefined, type, undefined));
}
