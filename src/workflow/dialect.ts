import { SequenceDefinition } from '@actions/workflow-parser/templates/schema/sequence-definition';
import { StringDefinition } from '@actions/workflow-parser/templates/schema/string-definition';
import type { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema';
import { mapping, oneOf, property, schemaLike } from './schema-parts.js';
import { SYNTAX_TABLE } from './syntax-table.js';
import { WEBHOOK_EVENTS } from './webhook-events.js';

let dialect: TemplateSchema | undefined;

/**
 * GitHub's schema of workflow files with TAU's changes. GitHub's own stays as it is: definitions that change are new
 * objects. The changes:
 *
 * 1. `runs-on` may be left out.
 * 2. Every webhook event is a trigger, and `tau` is one; what may stand under them is checked by `read-triggers.ts`.
 * 3. A value of a step's `with` may be any YAML, and literals keep their type: actions take JSON.
 * 4. `permissions` are checked by `read-permissions.ts`, which says what there is.
 */
export function dialectSchema(): TemplateSchema {
  dialect ??= buildDialect();
  return dialect;
}

function buildDialect(): TemplateSchema {
  const github = getWorkflowSchema().definitions;
  const schema = schemaLike(getWorkflowSchema());

  const root = mapping('workflow-root-strict', github['workflow-root-strict']);
  const job = mapping('job-factory', github['job-factory']);
  const calledJob = mapping('workflow-job', github['workflow-job']);
  for (const owner of [root, job, calledJob]) owner.properties['permissions'] = property('any');
  job.properties['runs-on'] = property('runs-on');
  const inputs = mapping('step-with', github['step-with']);
  inputs.looseValueType = 'any';

  const types = oneOf('tau-trigger-types', ['non-empty-string', 'sequence-of-non-empty-string']);
  const filters = mapping('tau-trigger-filters');
  for (const filter of Object.keys(SYNTAX_TABLE.trigger)) filters.properties[filter] = property('any');
  filters.properties['types'] = property(types.key);
  const trigger = oneOf('tau-trigger', ['null', filters.key]);

  const onMapping = mapping('on-mapping-strict', github['on-mapping-strict']);
  const onName = oneOf('on-string-strict', []);
  for (const event of [...Object.keys(WEBHOOK_EVENTS), ...Object.keys(SYNTAX_TABLE.on)]) {
    const name = new StringDefinition(`tau-on-${event}`);
    name.constant = event;
    schema.definitions[name.key] = name;
    onName.oneOf.push(name.key);
    const isOwn = event === 'tau' || Object.hasOwn(WEBHOOK_EVENTS, event);
    if (isOwn) onMapping.properties[event] = property(trigger.key);
  }
  const onSequence = new SequenceDefinition('on-sequence-strict');
  onSequence.itemType = onName.key;

  for (const changed of [root, job, calledJob, inputs, types, filters, trigger, onMapping, onName, onSequence]) {
    schema.definitions[changed.key] = changed;
  }
  return schema;
}
