import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../scripts/libraries.ts';
import { own } from '../../src/harness/owned.ts';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders } from '../testing/sandbox.ts';

const folders = new Folders();
let fresh: Clone;

beforeAll(async () => {
  fresh = await fixture('fresh', folders);
});

afterAll(() => folders.remove());

const COMMANDS = ['status', 'verify', 'release', 'tags', 'pin', 'bump', 'init', 'publish', 'bundle'];

test('help names every command, and each command its options', async () => {
  const { code, out } = await fresh.umbrella('--help');
  expect(code).toBe(0);
  for (const command of COMMANDS) {
    expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    const help = await fresh.umbrella(command, '--help');
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--json') });
    expect(help.out.includes('--yes')).toBe(!['status', 'verify'].includes(command));
  }
});

test.each([[['relase']], [['status', '--force']], [['publish']], [['pin', 'a', 'b', 'c']], [[]]])(
  'what is not understood ends with code 2 and a message: %j',
  async (args) => {
    const { code, out, err } = await fresh.umbrella(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: |^Usage: /);
  },
);

test('with --json there is one object, also of a failure', async () => {
  const done = await fresh.umbrella('status', '--json');
  expect(JSON.parse(done.out)).toMatchObject({ ok: true, branch: 'main' });
  const failed = await fresh.umbrella('pin', 'tau-core', '--json');
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.out)).toEqual({
    ok: false,
    error: { problem: 'tau-core has no release', next: expect.stringContaining('release tau-core --first 0.1.0') },
  });
});

/** Starts the command as npm does; resolves when it has ended. */
function start(clone: Clone, temp: string, ...args: string[]) {
  const env = { ...clone.env, TMPDIR: temp };
  const child = spawn(process.execPath, [join(ROOT, 'dev-env/umbrella/main.ts'), ...args], { cwd: clone.folder, env });
  own(child);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out }));
  });
  return { child, ended };
}

/** Waits until something is there in the workshop of a running command. */
async function inWorkshop(temp: string, path: string, child: ChildProcess): Promise<void> {
  const there = (): boolean => readdirSync(temp).some((name) => existsSync(join(temp, name, 'umbrella', path)));
  while (child.exitCode === null && !there()) await new Promise((resolve) => setImmediate(resolve));
}

test('a release that is killed has changed nothing, and the next one does it all', async () => {
  const clone = folders.copy(fresh);
  const before = await clone.fingerprint();
  const temp = folders.next();
  const { child, ended } = start(clone, temp, 'release', '--all', '--first', '0.1.0', '--yes');
  // The first library is tagged in the workshop: the release is well on its way.
  await inWorkshop(temp, '.git/refs/tags/tau-core@v0.1.0', child);
  child.kill('SIGKILL');
  expect((await ended).code).toBe(null);
  expect(await clone.fingerprint()).toBe(before);
  const again = await start(clone, temp, 'release', 'tau-core', '--first', '0.1.0', '--yes').ended;
  expect(again).toMatchObject({
    code: 0,
    out: expect.stringContaining('released; next: npm run umbrella -- bump --yes'),
  });
  expect(Object.keys((await clone.manifest()).releases)).toEqual(['tau-core']);
});

test('a command that is interrupted from the keyboard leaves no temporary files', async () => {
  const clone = folders.copy(fresh);
  const temp = folders.next();
  const { child, ended } = start(clone, temp, 'release', '--all', '--first', '0.1.0');
  await inWorkshop(temp, '.git', child);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(readdirSync(temp)).toEqual([]);
});
