import { MappingDefinition } from '@actions/workflow-parser/templates/schema/mapping-definition';
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema';
import { describe, expect, test } from 'vitest';
import { dialectSchema } from './dialect.js';
import { SYNTAX_TABLE } from './syntax-table.js';
import { webhookEvent } from './webhook-events.js';

function keysOf(...definitions: readonly string[]): readonly string[] {
  const keys = definitions.flatMap((name) => {
    const definition = getWorkflowSchema().getDefinition(name);
    return definition instanceof MappingDefinition ? Object.keys(definition.properties) : [];
  });
  return [...new Set(keys)].sort();
}

describe("TAU's dialect", () => {
  test("leaves GitHub's own schema as it is", () => {
    dialectSchema();
    const job = getWorkflowSchema().getDefinition('job-factory');
    expect(job instanceof MappingDefinition && job.properties['runs-on']?.required).toBe(true);
    const on = getWorkflowSchema().getDefinition('on-mapping-strict');
    expect(on instanceof MappingDefinition && on.properties['projects_v2_item']).toBeUndefined();
  });

  // A new version of GitHub's parser may know more: then the table has to say what TAU does with it.
  test.each([
    ['workflow', ['workflow-root-strict']],
    ['job', ['job-factory', 'workflow-job']],
    ['step', ['run-step', 'regular-step', 'wait-step', 'wait-all-step', 'cancel-step', 'parallel-step']],
    ['input', ['workflow-dispatch-input']],
    ['dispatch', ['workflow-dispatch-mapping']],
  ] as const)("the table has each of GitHub's keys of a %s, and no others", (section, definitions) => {
    expect(Object.keys(SYNTAX_TABLE[section]).sort()).toEqual(keysOf(...definitions));
  });

  test("the tables have each of GitHub's triggers", () => {
    const missing = keysOf('on-mapping-strict').filter(
      (event) => webhookEvent(event) === undefined && !Object.hasOwn(SYNTAX_TABLE.on, event),
    );
    expect(missing).toEqual([]);
  });

  test("the tables have each type of GitHub's triggers", () => {
    for (const [name, definition] of Object.entries(getWorkflowSchema().definitions)) {
      const event = /^(.*)-activity-type$/.exec(name)?.[1]?.replaceAll('-', '_');
      const known = event === undefined ? undefined : webhookEvent(event);
      if (known === undefined || !('oneOf' in definition)) continue;
      const types = (definition.oneOf as readonly string[]).map((type) => type.slice(name.length + 1));
      expect([event, types.filter((type) => !known.actions.includes(type))]).toEqual([event, []]);
    }
  });

  test('the table has each context and function that an expression can name anywhere', () => {
    const named = new Set(Object.values(getWorkflowSchema().definitions).flatMap(({ readerContext }) => readerContext));
    for (const name of named) {
      const [head = '', isFunction] = name.split('(');
      expect(Object.keys(isFunction === undefined ? SYNTAX_TABLE.context : SYNTAX_TABLE.function)).toContain(
        head.toLowerCase(),
      );
    }
  });
});
