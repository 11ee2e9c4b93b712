import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders, LIBRARIES } from '../testing/sandbox.ts';
import type { PinReport } from './pin.ts';

const folders = new Folders();
/** Everything is pinned at 0.1.0; of tau-core there is 0.1.1 and 0.2.0 as well, and of the others 0.1.1 for the latter. */
let base: Clone;

beforeAll(async () => {
  base = await fixture('released', folders);
  await base.commit('fix(tau-core): a hole', { 'tau-core/src/hole.ts': 'export {};\n' });
  await base.did('release', 'tau-core', '--yes');
  await base.commit('feat(tau-core): clocks', { 'tau-core/src/clock.ts': 'export {};\n' });
  await base.did('release', '--all', '--yes');
});

afterAll(() => folders.remove());

/** The pinned versions, from .gitmodules, gitlinks and manifest of HEAD, which have to agree. */
async function pinned(clone: Clone): Promise<Record<string, string>> {
  const { libraries } = await clone.manifest();
  const names = await clone.git.run('config', '--blob', 'HEAD:.gitmodules', '--name-only', '--get-regexp', 'url$');
  expect(names.split('\n').sort()).toEqual(LIBRARIES.map((library) => `submodule.pins/${library}.url`).sort());
  for (const library of LIBRARIES) {
    expect(await clone.git.run('ls-tree', 'HEAD', `pins/${library}`)).toMatch(
      `160000 commit ${libraries[library]?.commit}`,
    );
  }
  return Object.fromEntries(Object.entries(libraries).map(([library, { version }]) => [library, version]));
}

test('a pin moves in one commit that says from where to where, without its submodule', async () => {
  const clone = folders.copy(base);
  const head = await clone.head();
  const before = await clone.fingerprint();
  const dry = await clone.did<PinReport>('pin', 'tau-core', '0.1.1');
  expect(dry.moves).toMatchObject([{ library: 'tau-core', from: { version: '0.1.0' }, to: { version: '0.1.1' } }]);
  expect(await clone.fingerprint()).toBe(before);

  await clone.did('pin', 'tau-core', '0.1.1', '--yes');
  expect(await pinned(clone)).toEqual({ 'tau-core': '0.1.1', 'tau-ext-local': '0.1.0', 'tau-orchestrate': '0.1.0' });
  expect(await clone.git.run('log', '-1', '--format=%s')).toBe('chore(pins): tau-core 0.1.0 -> 0.1.1');
  expect(await clone.git.run('rev-parse', 'HEAD^')).toBe(head);
  const changed = await clone.git.run('diff', '--name-only', 'HEAD^', 'HEAD');
  expect(changed.split('\n')).toEqual(['pins/manifest.json', 'pins/tau-core']);
  expect(await clone.git.run('status', '--porcelain')).toBe('');
  expect((await clone.umbrella('pin', 'tau-core', '0.1.1', '--yes')).out).toBe('every pin is where it is to be\n');
});

test('a pin goes back to an older release too', async () => {
  const clone = folders.copy(base);
  await clone.did('pin', 'tau-core', '0.1.1', '--yes');
  await clone.did('pin', 'tau-core', '0.1.0', '--yes');
  expect(await clone.git.run('log', '-1', '--format=%s')).toBe('chore(pins): tau-core 0.1.1 -> 0.1.0');
  await clone.did('verify');
});

test('pins that would not hold together do not move one by one, and move together', async () => {
  const clone = folders.copy(base);
  const before = await clone.fingerprint();
  const { code, err } = await clone.umbrella('pin', 'tau-core', '--yes');
  expect(code).toBe(1);
  expect(err).toContain('tau-orchestrate 0.1.0 needs tau-core ^0.1.0, which is pinned at 0.2.0');
  expect(err).toContain('next:');
  expect(await clone.fingerprint()).toBe(before);

  expect((await clone.did<PinReport>('bump', '--yes')).moves).toHaveLength(3);
  expect(await pinned(clone)).toEqual({ 'tau-core': '0.2.0', 'tau-ext-local': '0.1.1', 'tau-orchestrate': '0.1.1' });
  expect(await clone.git.run('log', '-1', '--format=%B')).toMatch(
    /^chore\(pins\): move 3 pins\n\ntau-core 0\.1\.0 -> 0\.2\.0 {9}[0-9a-f]{12}\n/,
  );
  await clone.did('verify');
});

test('a submodule that is checked out follows its pin', async () => {
  const clone = folders.copy(base);
  await clone.did('init', '--yes');
  await clone.did('bump', '--yes');
  const version = JSON.parse(readFileSync(join(clone.folder, 'pins/tau-core/package.json'), 'utf8')) as object;
  expect(version).toMatchObject({ version: '0.2.0' });
  expect(await clone.git.run('submodule', 'status')).toMatch(/^ \w+ pins\/tau-core \(tau-core@v0\.2\.0\)\n/);
  expect(await clone.git.run('status', '--porcelain')).toBe('');
});

test('a submodule that was checked out once does not make git look for the new pin at its remote', async () => {
  const clone = folders.copy(base);
  await clone.did('init', '--yes');
  await clone.git.run('submodule', 'deinit', '--quiet', '--all');
  await clone.did('bump', '--yes');
  expect((await clone.did('status')) as object).toMatchObject({
    libraries: [{ checkout: 'absent', pin: '0.2.0' }, {}, {}],
  });
});

test('a version that was never released, and a library that there is not, are refused by name', async () => {
  expect((await base.umbrella('pin', 'tau-core', '9.9.9')).err).toContain('name one of these: 0.1.0, 0.1.1, 0.2.0');
  expect((await base.umbrella('pin', 'tau-cor')).err).toContain(
    'name one of these: tau-core, tau-orchestrate, tau-ext-local',
  );
  expect((await base.umbrella('pin')).err).toContain('name one library, or all of them with --all');
  expect((await base.umbrella('pin', 'tau-core', '--all')).err).toContain(
    'name one library, or all of them with --all',
  );
});

test('a library with a remote of its own is pinned only at what is there', async () => {
  const clone = folders.copy(base);
  const remote = join(clone.folder, '..', 'tau-core.git');
  await clone.git.run('init', '--quiet', '--bare', remote);
  await clone.git.run('config', '--file', '.gitmodules', 'submodule.pins/tau-core.url', '../tau-core.git');
  await clone.commit('chore(pins): tau-core has a remote');
  const before = await clone.fingerprint();

  expect((await clone.umbrella('pin', 'tau-core', '0.1.1', '--yes')).err).toMatch(
    /tau-core\.git lacks tau-core@v0\.1\.1\n {2}next: push it/,
  );
  await clone.git.run('push', '--quiet', remote, 'tau-core@v0.1.0:refs/tags/tau-core@v0.1.1');
  expect((await clone.umbrella('pin', 'tau-core', '0.1.1', '--yes')).err).toContain('has tau-core@v0.1.1 on');
  expect(await clone.fingerprint()).toBe(before);

  await clone.git.run('push', '--quiet', '--force', remote, 'refs/tags/tau-core@v0.1.1');
  await clone.did('pin', 'tau-core', '0.1.1', '--yes');
});

test('with a remote that does not answer, it says so, and --offline leaves the question out', async () => {
  const clone = folders.copy(base);
  await clone.git.run('config', '--file', '.gitmodules', 'submodule.pins/tau-core.url', '../nowhere.git');
  await clone.commit('chore(pins): tau-core has a remote');
  const { code, err } = await clone.umbrella('pin', 'tau-core', '0.1.1', '--yes');
  expect(code).toBe(1);
  expect(err).toMatch(/nowhere\.git does not say whether tau-core@v0\.1\.1 is there: .*\n {2}next: .*--offline/);
  await clone.did('pin', 'tau-core', '0.1.1', '--offline', '--yes');
});
