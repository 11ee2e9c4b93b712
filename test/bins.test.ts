import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeVersionProblem } from '../src/bin/node-version.js';
import { type Child, startNode } from './child.js';
import { temporaryFolder } from './temporary-folder.js';

/** Nothing listens there: the port is reserved and below those that anyone may take. */
const NO_KERNEL = '127.0.0.1:1';

const bin = (name: string): string => join(import.meta.dirname, '..', 'dist', 'bin', `${name}.js`);
const tau = (...args: readonly string[]): Child => startNode([bin('tau'), ...args]);
const local = (...args: readonly string[]): Child => startNode([bin('tau-ext-local'), ...args]);

describe('tau', () => {
  test('--help', async () => {
    const { code, stdout, stderr } = await tau('--help').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: tau /);
  });

  test.each([[['fly']], [['runs', '--limit', 'x']], [['watch']]])('%j is bad usage', async (args) => {
    const { code, stdout, stderr } = await tau(...args).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error TAU-1001: [^\n]+; see --help\n$/);
  });

  test.each([[['runs']], [['sessions']], [['events', '--follow']], [['watch', 'r1']], [['validate', '--json']]])(
    '%j without a kernel says what to do, at once',
    async (args) => {
      const { code, stderr } = await tau(...args, '--kernel', NO_KERNEL).ended;
      expect(code).toBe(1);
      expect(stderr).toBe(
        `error TAU-1010: cannot reach the kernel at ${NO_KERNEL}: start it with "tau kernel start", or set --kernel\n`,
      );
    },
  );

  test('doctor without a kernel', async () => {
    const { code, stdout } = await tau('doctor', '--json', '--kernel', NO_KERNEL).ended;
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(findings.map(({ part, severity }) => `${part} ${severity}`)).toEqual([
      'node ok',
      'token ok',
      'kernel error',
    ]);
  });

  test('an address that is none is refused', async () => {
    const { code, stderr } = await tau('runs', '--kernel', 'not an address').ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error TAU-1001: "not an address" is no address of a kernel: [^\n]+\n$/);
  });

  test('reads inputs from the standard input', async () => {
    const child = tau('run', 'absent.yml', '--input', '-', '--kernel', NO_KERNEL);
    child.process.stdin.end('[]');
    expect((await child.ended).stderr).toMatch(/^error TAU-1001: the standard input must hold a JSON object/);
  });
});

describe('tau-ext-local', () => {
  test('opens its journal, waits for the kernel, and stops in good order when it is told to', async () => {
    const folder = temporaryFolder();
    const workflows = join(folder, 'workflows');
    mkdirSync(workflows);
    const data = join(folder, 'data');
    const child = local('--json', '--data', data, '--workflows', workflows, '--kernel', NO_KERNEL, '--instance', 'one');
    const first = JSON.parse((await child.lines.next()).value);
    expect(first).toEqual({
      event: 'config',
      kernel: NO_KERNEL,
      data,
      workflows: [workflows],
      instance: 'one',
      json: true,
      token: 'none',
    });
    const second = JSON.parse((await child.lines.next()).value);
    expect(second).toMatchObject({ event: 'kernel.waiting', kernel: NO_KERNEL, reason: { id: 'TAU-1010' } });
    expect(readFileSync(join(data, 'journal.pid'), 'utf8')).toBe(`${child.process.pid}\n`);
    child.process.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ event: 'stopped', kernel: NO_KERNEL });
  });

  test('a second one on the same data is refused, and the first goes on', async () => {
    const data = temporaryFolder();
    const first = local('--data', data, '--kernel', NO_KERNEL);
    await first.lines.next();
    await first.lines.next();
    const { code, stderr } = await local('--data', data, '--kernel', NO_KERNEL).ended;
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error TAU-6004: ${data} is in use by process ${first.process.pid}: stop it, or choose another folder with --data\n`,
    );
    first.process.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
  });

  test('a restart after kill -9 is not held up', async () => {
    const data = temporaryFolder();
    const first = local('--data', data, '--kernel', NO_KERNEL);
    await first.lines.next();
    await first.lines.next();
    first.process.kill('SIGKILL');
    await first.ended;
    const second = local('--data', data, '--kernel', NO_KERNEL);
    await second.lines.next();
    expect((await second.lines.next()).value).toMatch(/^waiting for the kernel/);
    second.process.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
  });

  test.each([
    [['--fly'], 2, /^error TAU-1001: unknown option '--fly'; see --help\n$/],
    [['--workflows', '/nowhere/at/all'], 1, /^error TAU-6001: the workflow folder cannot be read .*--workflows\n$/],
    [['--kernel', 'x y'], 1, /^error TAU-1001: "x y" is no address of a kernel/],
    [['--instance', 'a b'], 1, /^error TAU-6001: --instance: use 1 to 100 of/],
    [
      ['--allow-shell', '/nowhere/at/all'],
      1,
      /^error TAU-6001: --allow-shell: there is no folder \/nowhere\/at\/all; make it, or name another\n$/,
    ],
  ])('%j is one clear line', async (args, expected, message) => {
    const { code, stderr } = await local('--data', temporaryFolder(), ...args).ended;
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
  });

  test('with --json the error is an event too', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stdout } = await local('--json', '--data', join(folder, 'file', 'data')).ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ event: 'error', id: 'TAU-2005' });
  });
});

test.each([
  ['24.0.0', undefined],
  ['26.1.0', undefined],
  ['20.20.2', /^error TAU-1012: tau needs Node 24 or newer and this is 20\.20\.2: install it/],
])('Node %s', (version, expected) => {
  const problem = nodeVersionProblem('tau', version);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});
