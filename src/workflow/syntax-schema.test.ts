import { getActionSchema } from '@actions/workflow-parser/actions/action-schema';
import type { Definition } from '@actions/workflow-parser/templates/schema/definition';
import { MappingDefinition } from '@actions/workflow-parser/templates/schema/mapping-definition';
import { OneOfDefinition } from '@actions/workflow-parser/templates/schema/one-of-definition';
import { SequenceDefinition } from '@actions/workflow-parser/templates/schema/sequence-definition';
import type { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema';
import { describe, expect, test } from 'vitest';
import { dialectSchema } from './dialect.js';
import { type Section, SYNTAX_TABLE, supportOf } from './syntax-table.js';
import { webhookEvent } from './webhook-events.js';

/** Which section of the table has the keys of which of GitHub's mappings. */
const WORKFLOW_SECTIONS: Readonly<Record<string, Section>> = {
  'workflow-root-strict': 'workflow',
  'on-mapping-strict': 'on',
  'cron-mapping': 'schedule',
  'workflow-dispatch-mapping': 'dispatch',
  'workflow-dispatch-input': 'input',
  'workflow-call-mapping': 'call',
  'workflow-call-input-definition': 'callInput',
  'workflow-call-secret-mapping-definition': 'callSecret',
  'workflow-call-output-definition': 'callOutput',
  'permissions-mapping': 'permissions',
  'workflow-defaults': 'defaults',
  'job-defaults': 'defaults',
  'workflow-defaults-run': 'defaultsRun',
  'job-defaults-run': 'defaultsRun',
  'concurrency-mapping': 'concurrency',
  'job-factory': 'job',
  'workflow-job': 'calledJob',
  strategy: 'strategy',
  matrix: 'matrix',
  'run-step': 'step',
  'regular-step': 'step',
  'wait-step': 'step',
  'wait-all-step': 'step',
  'cancel-step': 'step',
  'parallel-step': 'step',
};

const ACTION_SECTIONS: Readonly<Record<string, Section>> = {
  'action-root-strict': 'action',
  'input-strict': 'actionInput',
  'output-definition': 'actionOutput',
  'container-runs-strict': 'actionRuns',
  'node-runs-strict': 'actionRuns',
  'composite-runs-strict': 'actionRuns',
  'run-step': 'actionStep',
  'uses-step': 'actionStep',
};

/** The section of a mapping; those of webhook events, `push-mapping` and the like, have one in common. */
function sectionOf(name: string, sections: Readonly<Record<string, Section>>): Section | undefined {
  const section = sections[name];
  if (section !== undefined) return section;
  return webhookEvent(name.replace(/-mapping$/, '').replaceAll('-', '_')) === undefined ? undefined : 'trigger';
}

interface Walk {
  readonly schema: TemplateSchema;
  readonly sections: Readonly<Record<string, Section>>;
  /** `section.key` of each key that was met. */
  readonly keys: Set<string>;
  readonly seen: Set<string>;
  readonly missing: string[];
}

/** Walks a schema from one of its definitions. What stands under a key that is refused or ignored is not looked at. */
function walk(name: string, at: Walk): void {
  const definition = at.schema.definitions[name];
  if (definition === undefined || at.seen.has(name)) return;
  at.seen.add(name);
  if (definition instanceof OneOfDefinition) for (const one of definition.oneOf) walk(one, at);
  if (definition instanceof SequenceDefinition) walk(definition.itemType, at);
  if (definition instanceof MappingDefinition) walkMapping(name, definition, at);
}

function walkMapping(name: string, definition: MappingDefinition, at: Walk): void {
  const section = sectionOf(name, at.sections);
  for (const [key, { type }] of Object.entries(definition.properties)) {
    if (section === undefined) {
      at.missing.push(`${name}: no section has its key ${key}`);
      continue;
    }
    at.keys.add(`${section}.${key}`);
    const support = supportOf(section, key);
    const isEvent = section === 'on' && webhookEvent(key) !== undefined;
    if (support === undefined && !isEvent) at.missing.push(`${section}: no row for ${key}`);
    if (support?.status === 'supported' || isEvent) walk(type, at);
  }
  if (definition.looseValueType !== undefined) walk(definition.looseValueType, at);
}

function walked(): Pick<Walk, 'keys' | 'missing'> {
  const shared = { keys: new Set<string>(), missing: [] as string[] };
  walk('workflow-root-strict', {
    ...shared,
    schema: getWorkflowSchema(),
    sections: WORKFLOW_SECTIONS,
    seen: new Set(),
  });
  walk('action-root-strict', { ...shared, schema: getActionSchema(), sections: ACTION_SECTIONS, seen: new Set() });
  return shared;
}

const contextsOf = (definitions: Readonly<Record<string, Definition>>): readonly string[] =>
  Object.values(definitions).flatMap(({ readerContext }) => readerContext);

describe("the table and GitHub's schema", () => {
  test("GitHub's own schema stays as it is", () => {
    dialectSchema();
    const job = getWorkflowSchema().getDefinition('job-factory');
    expect(job instanceof MappingDefinition && job.properties['runs-on']?.required).toBe(true);
    const on = getWorkflowSchema().getDefinition('on-mapping-strict');
    expect(on instanceof MappingDefinition && on.properties['projects_v2_item']).toBeUndefined();
  });

  // A new version of GitHub's parser may know more: then the table has to say what TAU does with it.
  test('each key of it has a row', () => {
    const { missing, keys } = walked();
    expect(missing).toEqual([]);
    expect(keys.size).toBeGreaterThan(150);
  });

  test("each row is a key of it, or said to be TAU's own", () => {
    const { keys } = walked();
    const unknown = Object.entries(SYNTAX_TABLE).flatMap(([section, rows]) =>
      section === 'context' || section === 'function'
        ? []
        : Object.entries(rows)
            .filter(([key, support]) => !keys.has(`${section}.${key}`) && !('own' in support))
            .map(([key]) => `${section}.${key}`),
    );
    // Types of inputs of actions are checked by nobody at GitHub, and descriptions stand in a part of the schema that is open.
    expect(unknown).toEqual([]);
  });

  test('each type of its triggers is known', () => {
    for (const [name, definition] of Object.entries(getWorkflowSchema().definitions)) {
      const event = /^(.*)-activity-type$/.exec(name)?.[1]?.replaceAll('-', '_');
      const known = event === undefined ? undefined : webhookEvent(event);
      if (known === undefined || !('oneOf' in definition)) continue;
      const types = (definition.oneOf as readonly string[]).map((type) => type.slice(name.length + 1));
      expect([event, types.filter((type) => !known.actions.includes(type))]).toEqual([event, []]);
    }
  });

  test('each context and function that an expression can name anywhere has a row', () => {
    const named = new Set(
      [getWorkflowSchema(), getActionSchema()].flatMap(({ definitions }) => contextsOf(definitions)),
    );
    expect(named.size).toBeGreaterThan(12);
    for (const name of named) {
      const [head = '', isFunction] = name.split('(');
      expect(Object.keys(isFunction === undefined ? SYNTAX_TABLE.context : SYNTAX_TABLE.function)).toContain(
        head.toLowerCase(),
      );
    }
  });
});
