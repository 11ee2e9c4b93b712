import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIBRARIES } from '../scripts/libraries.ts';
import { workflowFiles } from './workflow-file.ts';

// The scripts of steps, run as GitHub runs them, with programs in their PATH that note what they are asked.

const FILES = workflowFiles();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tau steps '));
  mkdirSync(join(folder, 'bin'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that notes its arguments, then does as `text` says. */
function program(name: string, text = ''): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> "${join(folder, 'asked')}"\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Runs the step with that name, or whose script begins so; gives its exit code and what it asked. */
function runStep(path: string, name: string, env: Readonly<Record<string, string>>) {
  const file = FILES.find((one) => one.path === path);
  const steps = Object.values(file?.workflow.jobs ?? {}).flatMap((job) => job.steps);
  const script = steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`${path} has no step "${name}"`);
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const { status } = spawnSync('sh', ['-e', '-c', script], { cwd: folder, env: { PATH, ...env } });
  const notes = join(folder, 'asked');
  return { code: status, asked: existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [] };
}

describe('the release of the umbrella', () => {
  test.each([
    ['all', 'false', 'release --all'],
    ['all', 'true', 'release --all --yes'],
    ['tau-core', 'false', 'release tau-core'],
    ['tau-core', 'true', 'release tau-core --yes'],
  ])('of %s, really: %s', (library, really, wanted) => {
    program('npm');
    const { code, asked } = runStep('.github/workflows/release.yml', 'Release', { LIBRARY: library, REALLY: really });
    expect({ code, asked }).toEqual({ code: 0, asked: [`npm run --silent umbrella -- ${wanted}`] });
  });
});

describe.each(LIBRARIES)('the release of %s', (library) => {
  const path = `${library}/.github/workflows/release.yml`;
  const env = {
    GITHUB_REF_NAME: `${library}@v0.2.0`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: `octo/${library}`,
  };

  test('publishes what npm does not have', () => {
    program('npm', 'test "$1" != view || exit 1');
    program('npx');
    const { code, asked } = runStep(path, 'Publish to npm', env);
    expect(code).toBe(0);
    expect(asked).toEqual([
      `npm pkg set repository.type=git repository.url=git+https://github.com/octo/${library}.git`,
      `npm view ${library}@0.2.0 version`,
      'npx --yes npm@11 publish --provenance --access public',
    ]);
  });

  test('leaves what npm has, and what GitHub has, when it is run again', () => {
    program('npm', 'test "$1" != view || echo 0.2.0');
    program('npx');
    program('gh');
    expect(runStep(path, 'Publish to npm', env).asked).not.toContainEqual(expect.stringMatching(/^npx/));
    expect(runStep(path, 'Describe the release', env).asked.at(-1)).toBe(`gh release view ${library}@v0.2.0`);
  });

  test('stops at a tag that names another version', () => {
    writeFileSync(join(folder, 'package.json'), '{ "version": "0.1.0" }');
    expect(runStep(path, "The tag names the package's version", env).code).toBe(1);
    writeFileSync(join(folder, 'package.json'), '{ "version": "0.2.0" }');
    expect(runStep(path, "The tag names the package's version", env).code).toBe(0);
  });
});
