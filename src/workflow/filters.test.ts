import type { CloudEvent, Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { matches, PATHS_MAX } from './filters.js';
import { parseWorkflow } from './parse.js';

function definitionOf(on: string) {
  const parsed = parseWorkflow(`on: ${on}\njobs: { a: { steps: [{ uses: x/a@v1 }] } }`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

const event = (type: string, body: Json = {}): CloudEvent => ({
  id: '1',
  source: 'github/octo/shop',
  type,
  data: JSON.stringify(body),
});

const pushOf = (ref: string, commits: readonly Json[] = []): CloudEvent => event('github.push', { ref, commits });
const branch = (name: string, ...paths: readonly string[]): CloudEvent =>
  pushOf(`refs/heads/${name}`, [{ added: paths.slice(0, 1), modified: paths.slice(1, 2), removed: paths.slice(2) }]);
const tag = (name: string): CloudEvent => pushOf(`refs/tags/${name}`);

describe('pushes', () => {
  test.each<[string, CloudEvent, boolean]>([
    ['{ push: { branches: [main, "release/**"] } }', branch('main'), true],
    ['{ push: { branches: [main, "release/**"] } }', branch('release/1/x'), true],
    ['{ push: { branches: [main] } }', branch('dev'), false],
    ['{ push: { branches: main } }', branch('main'), true],
    ['{ push: { branches: ["**", "!dev"] } }', branch('dev'), false],
    ['{ push: { branches-ignore: [dev] } }', branch('dev'), false],
    ['{ push: { branches-ignore: [dev] } }', branch('main'), true],
    // What names only one kind leaves the other out; what names none takes both.
    ['{ push: { branches: ["**"] } }', tag('v1'), false],
    ['{ push: { branches-ignore: [dev] } }', tag('v1'), false],
    ['{ push: { tags: ["**"] } }', branch('main'), false],
    ['{ push: { tags: ["v*"] } }', tag('v1'), true],
    ['{ push: { tags: ["v*"] } }', tag('x1'), false],
    ['{ push: { tags-ignore: ["v*"] } }', tag('v1'), false],
    ['{ push: { branches: [main], tags: ["v*"] } }', tag('v1'), true],
    ['{ push: { branches: [main], tags: ["v*"] } }', branch('main'), true],
    ['push', tag('v1'), true],
    // Paths.
    ['{ push: { paths: ["src/**"] } }', branch('main', 'README.md', 'src/a.ts'), true],
    ['{ push: { paths: ["src/**"] } }', branch('main', 'a', 'b', 'src/removed.ts'), true],
    ['{ push: { paths: ["src/**"] } }', branch('main', 'README.md'), false],
    ['{ push: { paths: ["src/**", "!src/gen/**"] } }', branch('main', 'src/gen/a.ts'), false],
    ['{ push: { paths-ignore: ["docs/**"] } }', branch('main', 'docs/a.md'), false],
    ['{ push: { paths-ignore: ["docs/**"] } }', branch('main', 'docs/a.md', 'src/a.ts'), true],
    ['{ push: { paths: ["src/**"] } }', branch('main'), false],
    ['{ push: { paths: ["src/**"] } }', tag('v1'), true],
    ['{ push: { branches: [main], paths: ["src/**"] } }', branch('main', 'src/a.ts'), true],
    ['{ push: { branches: [main], paths: ["src/**"] } }', branch('dev', 'src/a.ts'), false],
    ['{ push: { branches: [main], paths: ["src/**"] } }', branch('main', 'README.md'), false],
  ])('%s, event %#: %s', (on, push, taken) => {
    expect(matches(definitionOf(on), push)).toBe(taken);
  });
});

describe('a push of many files', () => {
  const files = (count: number): CloudEvent =>
    pushOf('refs/heads/main', [{ added: Array.from({ length: count }, (_, n) => `docs/a/b/c/d/file-${n}.md`) }]);
  const ignoring = definitionOf('{ push: { paths-ignore: ["**.md", "**/docs/**", "*/x/**/*.txt"] } }');

  test('is looked at, and quickly, up to a limit; beyond it the run starts', () => {
    const started = performance.now();
    expect(matches(ignoring, files(PATHS_MAX))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(matches(ignoring, files(PATHS_MAX + 1))).toBe(true);
  });
});

describe('other events', () => {
  const pull = (base: string, ...labels: readonly string[]): CloudEvent =>
    event('github.pull_request.opened', {
      pull_request: { base: { ref: base }, labels: labels.map((name) => ({ name })) },
    });
  const run = (name: string, head: string): CloudEvent =>
    event('github.workflow_run.completed', { workflow_run: { name, head_branch: head } });
  const issue = (...labels: readonly string[]): CloudEvent =>
    event('github.issues.labeled', { issue: { labels: labels.map((name) => ({ name })) } });

  test.each<[string, CloudEvent, boolean]>([
    ['{ pull_request: { branches: [main] } }', pull('main'), true],
    ['{ pull_request: { branches: [main] } }', pull('dev'), false],
    ['{ pull_request: { branches-ignore: [main] } }', pull('main'), false],
    ['{ pull_request: { branches: [main], types: [closed] } }', pull('main'), false],
    ['{ pull_request: { labels: [urgent] } }', pull('main', 'Urgent'), true],
    ['{ pull_request: { branches: [main], labels: [urgent] } }', pull('dev', 'urgent'), false],
    ['{ issues: { labels: [bug, urgent] } }', issue('other', 'bug'), true],
    ['{ issues: { labels: [bug] } }', issue('bugs'), false],
    ['{ issues: { labels: [bug] } }', issue(), false],
    ['{ workflow_run: { workflows: [build] } }', run('build', 'main'), true],
    ['{ workflow_run: { workflows: [build] } }', run('test', 'main'), false],
    ['{ workflow_run: { workflows: build, branches: [main] } }', run('build', 'dev'), false],
    [
      '{ merge_group: { branches: [main] } }',
      event('github.merge_group.checks_requested', { merge_group: { base_ref: 'refs/heads/main' } }),
      true,
    ],
    // One that takes it is enough.
    ['{ push: { branches: [main] }, issues: }', issue(), true],
    ['{ issues: { labels: [bug] }, push: }', branch('any'), true],
    // Events of TAU itself and of extensions.
    ['{ tau: { types: [run.ended] } }', event('run.ended'), true],
    ['{ tau: { types: [run.ended] } }', event('run.started'), false],
    ['{ tau: { types: [linear.issue.*] } }', event('linear.issue.created'), true],
    ['[projects_v2, projects_v2_item, projects_v2_status_update]', event('github.projects_v2_item.edited'), true],
    ['{ sub_issues: { types: [sub_issue_added] } }', event('github.sub_issues.sub_issue_added'), true],
    ['issue_dependencies', event('github.issue_dependencies.blocked_by_added'), true],
    ['{ repository_dispatch: { types: [deploy] } }', event('github.repository_dispatch.deploy'), true],
    ['{ schedule: [{ cron: "0 0 * * *" }] }', event('tau.schedule'), false],
    ['workflow_call', event('github.push'), false],
  ])('%s, event %#: %s', (on, given, taken) => {
    expect(matches(definitionOf(on), given)).toBe(taken);
  });

  test('what TAU itself has done starts nothing', () => {
    expect(matches(definitionOf('push'), { ...branch('main'), echo: true })).toBe(false);
  });

  test('a body that is no JSON, or not what it should be, is taken by no filter', () => {
    const narrowed = definitionOf('{ push: { branches: [main] }, issues: { labels: [bug] } }');
    for (const data of [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{"ref":1}',
      '{"ref":"refs/heads"}',
      '{"issue":{"labels":[1,null]}}',
    ]) {
      expect(matches(narrowed, { ...branch('main'), data })).toBe(false);
      expect(matches(narrowed, { ...issue('bug'), data })).toBe(false);
      expect(matches(definitionOf('push'), { ...branch('main'), data })).toBe(true);
    }
  });

  test('the body of an event is looked at only where triggers are narrowed, and its type fits', () => {
    const closed: CloudEvent = {
      ...issue('bug'),
      get data(): string {
        throw new Error('the body was read');
      },
    };
    expect(matches(definitionOf('{ issues: , push: }'), closed)).toBe(true);
    expect(matches(definitionOf('{ push: { branches: [main] } }'), closed)).toBe(false);
  });

  test('definitions of 0.1 have types only', () => {
    const { filters: _, ...old } = definitionOf('{ push: { branches: [main] } }');
    expect(matches(old, branch('dev'))).toBe(true);
  });
});
