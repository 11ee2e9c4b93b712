import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

/*
 * Each example is a process of its own that imports the built package, as a reader's is. What it prints stands beside it:
 * `UPDATE_EXAMPLES=1` writes that anew.
 */
const UPDATE = process.env['UPDATE_EXAMPLES'] === '1';
const PACKAGE = dirname(import.meta.dirname);
const EXAMPLES = join(PACKAGE, 'examples');
const TIME_MAX_MS = 30_000;

const names = globSync('*/*.ts', { cwd: EXAMPLES })
  .map((path) => path.replace(/\.ts$/, ''))
  .sort();
const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
const listed = [...readme.matchAll(/^\| \[[^\]]+\]\(([^)]+)\.ts\) \|/gm)].map(([, name = '']) => name);

/** Examples run what readers run: the built files. Builds them when a source is newer. */
beforeAll(() => {
  const paths = globSync('{src/**/*.ts,tsup.config.ts,package.json}', { cwd: PACKAGE });
  const sources = paths.filter((path) => !path.endsWith('.test.ts')).map(modifiedMs);
  const builds = globSync('dist/*.js', { cwd: PACKAGE }).map(modifiedMs);
  if (builds.length > 0 && Math.min(...builds) > Math.max(...sources)) return;
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: PACKAGE, stdio: ['ignore', 'ignore', 'inherit'] });
}, 120_000);

function modifiedMs(path: string): number {
  return statSync(join(PACKAGE, path)).mtimeMs;
}

/** The `<name>.out.txt` beside an example. */
function outputPath(name: string): string {
  return join(EXAMPLES, `${name}.out.txt`);
}

async function printedBy(name: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(EXAMPLES, `${name}.ts`)], {
    // What the test runner says of itself, and colours, are no part of an example.
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    timeout: TIME_MAX_MS,
  });
  expect(stderr, `standard error of ${name}`).toBe('');
  return stdout;
}

describe('each example', () => {
  test.concurrent.each(names)(
    '%s prints what it says',
    async (name) => {
      const printed = await printedBy(name);
      if (UPDATE) writeFileSync(outputPath(name), printed);
      expect(existsSync(outputPath(name)), `${name}.out.txt is missing: make it with UPDATE_EXAMPLES=1`).toBe(true);
      expect(printed).toBe(readFileSync(outputPath(name), 'utf8'));
      expect(printed).not.toBe('');
    },
    TIME_MAX_MS,
  );

  test.each(names)('%s begins with what it shows, and uses public doors only', (name) => {
    const source = readFileSync(join(EXAMPLES, `${name}.ts`), 'utf8');
    expect(source).toMatch(/^\/\/ [^\n]+\n(?:\/\/ [^\n]+\n)?\/\/ Answers: [^\n]+\?/);
    const imported = [...source.matchAll(/ from '([^']+)';$/gm)].map(([, from = '']) => from);
    const doors =
      /^(?:node:[a-z/]+|tau-orchestrate(?:\/(?:flow|local|observe))?|tau-core(?:\/node)?|@opentelemetry\/.+)$/;
    expect(imported.filter((from) => !doors.test(from))).toEqual([]);
  });
});

describe('the list of examples', () => {
  test('has each one once', () => {
    expect([...listed].sort()).toEqual(names);
  });

  test('and no output is left of one that is gone', () => {
    const outputs = globSync('**/*.out.txt', { cwd: EXAMPLES }).map((path) => relative('.', path));
    expect(outputs.map((path) => path.replace(/\.out\.txt$/, '')).sort()).toEqual(names);
  });
});
