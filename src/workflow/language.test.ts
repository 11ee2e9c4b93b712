import { TauError, tauError } from 'tau-core';
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

test.each([
  ['push', false, false],
  ["{ schedule: [{ cron: '0 3 * * *' }] }", false, false],
  ['workflow_dispatch', true, false],
  ['{ workflow_call: , workflow_dispatch: , push: }', true, true],
])('who starts runs beside events and times, of %s', (on, hand, call) => {
  expect(workflowLanguage.starters?.(definitionOf(on))).toEqual({ hand, call });
});

test('an action is only called', () => {
  const source = 'runs: { using: composite, steps: [{ run: x, shell: sh }] }';
  const parsed = workflowLanguage.parse(source, 'greet/action.yml');
  expect(parsed.ok && workflowLanguage.starters?.(parsed.definition)).toEqual({ hand: false, call: true });
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
      'w.yml:1:12 "isues" cannot stand here: write issues\nw.yml:2:21 there is no job "b"; there are a',
    );
    expect(refusal(() => workflowFrom(source, 'w.yml'))).toMatchObject({ data: { id: 'TAU-4005' } });
  });
});

describe('the lookup of workflowFrom', () => {
  const source = 'on: push\njobs:\n  a: { uses: ./b.yml }\n  c: { steps: [{ uses: ./greet }, { uses: ./greet }] }';
  const called = 'on: workflow_call\njobs: { b: { uses: ./d.yml } }';
  const last = 'on: workflow_call\njobs: { d: { steps: [{ run: x }] } }';
  const action = 'runs: { using: composite, steps: [{ run: x, shell: sh }] }';
  const files = (texts: { [file: string]: string }) => (file: string) => {
    const text = texts[file];
    return text === undefined ? undefined : { source: text };
  };

  test('may give texts, which are read', () => {
    const lookup = files({ 'b.yml': called, 'd.yml': last, 'greet/action.yaml': action });
    const { definition } = workflowFrom(source, 'w.yml', lookup);
    expect(definition.jobs[0]?.workflow?.jobs[0]?.workflow?.jobs[0]?.id).toBe('d');
    expect(definition.jobs[1]?.steps[0]?.action?.file).toBe('greet/action.yaml');
  });

  test('is asked for each file once', () => {
    const asked: string[] = [];
    const lookup = files({ 'b.yml': called, 'd.yml': last, 'greet/action.yml': action });
    workflowFrom(source, 'w.yml', (file) => {
      asked.push(file);
      return lookup(file);
    });
    expect(asked).toEqual(['b.yml', 'd.yml', 'greet/action.yml']);
  });

  test('has what is wrong with its texts told at their own places, beside what else is wrong', () => {
    const lookup = files({ 'b.yml': called, 'd.yml': 'on: workflow_call\njobs: []', 'greet/action.yml': 'runs: 5' });
    const work = (): unknown => workflowFrom(source, 'w.yml', lookup);
    expect(work).toThrow(
      'd.yml:2:7 a list cannot stand here: write a mapping\ngreet/action.yml:1:1 "runs" needs using',
    );
    expect(work).not.toThrow(/there is no/);
  });

  test('may throw, which is passed on', () => {
    const thrown = tauError('DENIED', 'the folder is closed');
    const work = (): unknown =>
      workflowFrom(source, 'w.yml', () => {
        throw thrown;
      });
    expect(work).toThrow(thrown);
  });
});

describe('the program', () => {
  test('says what it is, and takes no messages', () => {
    expect(workflowLanguage.program.kind).toBe('workflow');
    expect(workflowLanguage.program.takesMessages ?? false).toBe(false);
  });
});
