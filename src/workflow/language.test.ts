import { TauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { workflowFrom, workflowLanguage } from './language.js';

function definitionOf(on: string) {
  const parsed = workflowLanguage.parse(`on: ${on}\njobs: { a: { steps: [{ uses: x/a@v1 }] } }`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

describe('triggers', () => {
  test.each([
    ['push', ['github.push']],
    ['[push, fork]', ['github.push', 'github.fork']],
    ['issues', ['github.issues.*']],
    ['{ issues: { types: [opened, labeled] } }', ['github.issues.opened', 'github.issues.labeled']],
    ['{ issues: { types: closed } }', ['github.issues.closed']],
    ['{ issues: , push: }', ['github.issues.*', 'github.push']],
    // The defaults that GitHub documents.
    ['pull_request', ['github.pull_request.opened', 'github.pull_request.synchronize', 'github.pull_request.reopened']],
    ['{ pull_request: { types: [closed] } }', ['github.pull_request.closed']],
    ['check_suite', ['github.check_suite.completed']],
    ['merge_group', ['github.merge_group.checks_requested']],
    ['watch', ['github.watch.started']],
    ['release', ['github.release.*']],
    // Types that senders choose, and events that workflows at GitHub cannot have.
    [
      '{ repository_dispatch: { types: [deploy now, x.y] } }',
      ['github.repository_dispatch.deploy now', 'github.repository_dispatch.x.y'],
    ],
    [
      '[repository_dispatch, projects_v2_item, sub_issues]',
      ['github.repository_dispatch.*', 'github.projects_v2_item.*', 'github.sub_issues.*'],
    ],
    ['workflow_dispatch', []],
  ])('of %s', (on, triggers) => {
    expect(workflowLanguage.triggers(definitionOf(on))).toEqual(triggers);
  });

  test.each([
    ['issues', 'github.issues.opened', true],
    ['issues', 'github.issue_comment.created', false],
    ['issues', 'github.issues_other.opened', false],
    ['push', 'github.push', true],
    ['push', 'github.push.more', false],
    ['{ issues: { types: [opened] } }', 'github.issues.opened', true],
    ['{ issues: { types: [opened] } }', 'github.issues.closed', false],
    ['workflow_dispatch', 'github.workflow_dispatch', false],
  ])('%s and %s: %s', (on, type, matches) => {
    const event = { id: '1', source: 'github/octo/shop', type, data: '{}' };
    expect(workflowLanguage.matches(definitionOf(on), event)).toBe(matches);
    // What TAU itself has done starts nothing.
    expect(workflowLanguage.matches(definitionOf(on), { ...event, echo: true })).toBe(false);
  });
});

describe('workflowFrom', () => {
  const action = 'runs: { using: composite, steps: [{ run: x, shell: sh }] }';
  const source = 'on: push\njobs: { a: { steps: [{ uses: ./greet }] } }';
  const lookup = (file: string) => {
    const parsed = workflowLanguage.parse(action, file);
    return file === 'greet/action.yml' && parsed.ok ? parsed.definition : undefined;
  };

  function refusal(work: () => unknown): unknown {
    try {
      return work();
    } catch (thrown) {
      return thrown;
    }
  }

  test('gives what a host runs, linked', () => {
    const { language, definition } = workflowFrom(source, 'w.yml', lookup);
    expect(language).toBe(workflowLanguage);
    expect(definition.jobs[0]?.steps[0]?.action?.file).toBe('greet/action.yml');
  });

  test('refuses with all that is wrong', () => {
    const wrong = refusal(() =>
      workflowFrom('on: [push, isues]\njobs: { a: { needs: b, steps: [{ run: x }] } }', 'w.yml'),
    );
    expect(wrong).toBeInstanceOf(TauError);
    expect(wrong).toMatchObject({ data: { id: 'TAU-4005', details: { diagnostics: [{ line: 1 }, { line: 2 }] } } });
    expect(String(wrong)).toContain(
      'w.yml:1:12 Unexpected value \'isues\'\nw.yml:2:21 there is no job "b"; there are a',
    );
    expect(refusal(() => workflowFrom(source, 'w.yml'))).toMatchObject({ data: { id: 'TAU-4005' } });
  });
});

describe('the program', () => {
  test('says what it is, and takes no messages', () => {
    expect(workflowLanguage.program.kind).toBe('workflow');
    expect(workflowLanguage.program.takesMessages ?? false).toBe(false);
  });
});
