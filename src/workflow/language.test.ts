import { describe, expect, test } from 'vitest';
import { workflowLanguage } from './language.js';

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

describe('the program', () => {
  test('says what it is, and takes no messages', () => {
    expect(workflowLanguage.program.kind).toBe('workflow');
    expect(workflowLanguage.program.takesMessages ?? false).toBe(false);
  });
});
