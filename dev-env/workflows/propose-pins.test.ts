import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('propose-pins.ts', import.meta.url));

/** A clone with a bare origin, an `umbrella` script that the test writes, and a `gh` that notes what it is asked. */
let folder = '';

const clone = (): string => join(folder, 'clone');
const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
  HOME: folder,
  GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
  GIT_CONFIG_NOSYSTEM: '1',
});

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: clone(), env: env(), encoding: 'utf8' }).trim();
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** What the umbrella's command does in this test; `$1` is its command. */
function umbrella(text: string): void {
  script(join(folder, 'bin', 'umbrella'), `echo "umbrella $*" >> "${join(folder, 'asked')}"\n${text}`);
}

function asked(): readonly string[] {
  const file = join(folder, 'asked');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function propose(): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], {
    cwd: clone(),
    env: env(),
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tau pins '));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'gitconfig'),
    '[user]\nname = Bot\nemail = bot@example.com\n[init]\ndefaultBranch = main\n',
  );
  execFileSync('git', ['init', '--quiet', '--bare', join(folder, 'origin.git')], { env: env() });
  execFileSync('git', ['clone', '--quiet', join(folder, 'origin.git'), clone()], { env: env(), stdio: 'ignore' });
  writeFileSync(join(clone(), 'package.json'), '{ "scripts": { "umbrella": "umbrella" } }');
  git('add', '.');
  git('commit', '--quiet', '-m', 'chore: begin');
  git('push', '--quiet', 'origin', 'HEAD:main');
  script(
    join(folder, 'bin', 'gh'),
    `echo "gh $*" >> "${join(folder, 'asked')}"\ntest "$2" != list || cat "${join(folder, 'open')}"`,
  );
  writeFileSync(join(folder, 'open'), '');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MOVES =
  'test "$1" != bump || { echo 0.2.0 >> pins.txt; git add . && git commit -q -m "chore: pin tau-core 0.2.0" -m "0.1.0 to 0.2.0"; }';

test('a set that moved is proven, pushed and proposed', () => {
  umbrella(MOVES);
  expect(propose()).toEqual({ code: 0, output: 'pins: opened a pull request: chore: pin tau-core 0.2.0\n' });
  expect(asked()).toEqual([
    'umbrella tags --yes',
    'umbrella bump --yes',
    'umbrella verify',
    'gh pr list --head bump-pins --state open --json number --jq .[].number',
    'gh pr create --base main --head bump-pins --title chore: pin tau-core 0.2.0 --body 0.1.0 to 0.2.0',
    'gh workflow run test.yml --ref bump-pins',
  ]);
  expect(git('ls-remote', 'origin', 'refs/heads/bump-pins')).toContain(git('rev-parse', 'HEAD'));
});

test('a pull request that is open is renewed, over what it had', () => {
  umbrella(MOVES);
  propose();
  git('switch', '--quiet', 'main');
  git('commit', '--quiet', '--allow-empty', '-m', 'fix: something');
  writeFileSync(join(folder, 'open'), '7\n');
  expect(propose().output).toBe('pins: renewed pull request 7: chore: pin tau-core 0.2.0\n');
  expect(asked()).toContain('gh pr edit 7 --title chore: pin tau-core 0.2.0 --body 0.1.0 to 0.2.0');
  expect(git('ls-remote', 'origin', 'refs/heads/bump-pins')).toContain(git('rev-parse', 'HEAD'));
});

test('nothing happens when no pin moves', () => {
  umbrella('true');
  expect(propose()).toEqual({ code: 0, output: 'pins: every pin is at its newest release\n' });
  expect(asked()).toEqual(['umbrella tags --yes', 'umbrella bump --yes']);
  expect(git('ls-remote', 'origin', 'refs/heads/bump-pins')).toBe('');
});

test('a set that does not hold together is not pushed', () => {
  umbrella(`${MOVES}\ntest "$1" != verify || { echo 'tau-core is not what its tag says' >&2; exit 1; }`);
  const { code, output } = propose();
  expect(code).toBe(1);
  expect(output).toContain('tau-core is not what its tag says');
  expect(output).toContain('verify" failed with code 1');
  expect(git('ls-remote', 'origin', 'refs/heads/bump-pins')).toBe('');
});
