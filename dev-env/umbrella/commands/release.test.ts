import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders, LIBRARIES } from '../testing/sandbox.ts';
import type { ReleaseReport } from './release.ts';

const folders = new Folders();
let fresh: Clone;
let released: Clone;

beforeAll(async () => {
  fresh = await fixture('fresh', folders);
  released = await fixture('released', folders);
});

afterAll(() => folders.remove());

function json(clone: Clone, path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(clone.folder, path), 'utf8')) as Record<string, unknown>;
}

/** The versions that a release gave, by library; null where it gave none. */
function versions(report: ReleaseReport): Record<string, string | null> {
  return Object.fromEntries(report.libraries.map(({ library, release }) => [library, release?.version ?? null]));
}

test('a dry run decides everything and changes nothing', async () => {
  const before = await fresh.fingerprint();
  const report = await fresh.did<ReleaseReport>('release', 'tau-core', '--first', '0.1.0');
  expect(versions(report)).toEqual({ 'tau-core': '0.1.0' });
  expect(report.libraries[0]?.notes).toContain('a name that is longer');
  expect(await fresh.fingerprint()).toBe(before);
});

test('the first release gives each library a history of its own, a tag, a changelog and a record', async () => {
  for (const library of LIBRARIES) {
    const tag = `${library}@v0.1.0`;
    const release = (await released.manifest()).releases[library]?.[0];
    expect(release).toMatchObject({
      version: '0.1.0',
      tag,
      commit: await released.git.run('rev-parse', `${tag}^{commit}`),
    });
    expect(await released.git.run('cat-file', '-t', tag)).toBe('tag');
    expect(await released.git.run('log', '-1', '--format=%s', tag)).toBe(`chore(${library}): release 0.1.0`);
    expect(await released.git.run('rev-parse', `${tag}^{tree}`)).toBe(
      await released.git.run('rev-parse', `HEAD:${library}`),
    );
    expect(await released.git.run('rev-list', '--count', tag)).toBe(library === 'tau-core' ? '3' : '2');
    expect(await released.git.succeeds('merge-base', '--is-ancestor', tag, 'HEAD')).toBe(true);
    expect(readFileSync(join(released.folder, library, 'CHANGELOG.md'), 'utf8')).toMatch(
      /^## 0\.1\.0 \(\d{4}-\d\d-\d\d\)$/m,
    );
  }
});

test('with nothing new it says so and changes nothing; work that needs no release is nothing new', async () => {
  const clone = folders.copy(released);
  await clone.commit('docs(tau-core): a word', { 'tau-core/README.md': '# tau-core, in a word\n' });
  const before = await clone.fingerprint();
  const { code, out } = await clone.umbrella('release', '--all', '--yes');
  expect({ code, out: out.trim().split('\n') }).toEqual({
    code: 0,
    out: LIBRARIES.map((library) => `${library} 0.1.0: nothing new to release`),
  });
  expect(await clone.fingerprint()).toBe(before);
});

test('while versions start with 0, what breaks moves the middle number, and what is faster the last', async () => {
  const clone = folders.copy(released);
  await clone.commit('perf: faster', { 'tau-ext-local/src/more.ts': 'export {};\n' });
  await clone.commit('fix: other\n\nBREAKING CHANGE: all of it', { 'tau-orchestrate/src/more.ts': 'export {};\n' });
  await clone.commit('feat!: other', { 'tau-core/src/more.ts': 'export {};\n' });
  const report = await clone.did<ReleaseReport>('release', '--all');
  expect(versions(report)).toEqual({ 'tau-core': '0.2.0', 'tau-orchestrate': '0.2.0', 'tau-ext-local': '0.1.1' });
  expect(report.libraries[1]?.notes).toMatch(/BREAKING CHANGES\n\n- all of it\n/);
});

test('a release of what others need moves their ranges, and asks for a release of each', async () => {
  const clone = folders.copy(released);
  await clone.commit('feat(tau-core): clocks', { 'tau-core/src/clock.ts': 'export {};\n' });
  const report = await clone.did<ReleaseReport>('release', '--all', '--yes');
  expect(versions(report)).toEqual({ 'tau-core': '0.2.0', 'tau-orchestrate': '0.1.1', 'tau-ext-local': '0.1.1' });
  expect(report.libraries[0]?.ranges).toEqual({
    'tau-orchestrate': '^0.2.0',
    'tau-ext-local': '^0.2.0',
    'dev-env': '^0.2.0',
  });
  expect(report.libraries[1]?.notes).toContain('### Dependencies\n\n- **tau-core:** release 0.2.0');
  expect(json(clone, 'tau-ext-local/package.json')['dependencies']).toEqual({
    'tau-core': '^0.2.0',
    'tau-orchestrate': '^0.1.0',
  });
  const { packages } = json(clone, 'package-lock.json') as { packages: Record<string, object> };
  expect(packages['tau-core']).toEqual({ version: '0.2.0', dependencies: {} });
  expect(packages['tau-orchestrate']).toEqual({ version: '0.1.1', dependencies: { 'tau-core': '^0.2.0' } });
  expect(await clone.git.run('status', '--porcelain')).toBe('');
  await clone.did('bump', '--yes');
  await clone.did('verify');
});

test("a library's history goes on from its last release, and its changelog with it", async () => {
  const clone = folders.copy(released);
  await clone.commit('fix(tau-core): a hole', { 'tau-core/src/hole.ts': 'export {};\n' });
  await clone.did('release', 'tau-core', '--yes');
  const log = await clone.git.run('log', '--format=%s', 'tau-core@v0.1.0..tau-core@v0.1.1');
  expect(log.split('\n')).toEqual(['chore(tau-core): release 0.1.1', 'fix(tau-core): a hole']);
  expect(readFileSync(join(clone.folder, 'tau-core/CHANGELOG.md'), 'utf8')).toMatch(
    /## 0\.1\.1[\s\S]*a hole[\s\S]*## 0\.1\.0/,
  );
  expect(await clone.git.run('tag', '-l', '--format=%(contents)', 'tau-core@v0.1.1')).toContain('### Bug fixes');
});

test('a release that was made on a branch counts once the branch is merged, whatever happened beside it', async () => {
  const clone = folders.copy(released);
  await clone.git.run('switch', '--quiet', '--create', 'stable');
  await clone.commit('fix(tau-core): on the branch', { 'tau-core/src/branch.ts': 'export {};\n' });
  await clone.did('release', 'tau-core', '--branch', 'stable', '--yes');
  await clone.git.run('switch', '--quiet', 'main');
  await clone.commit('fix(tau-core): beside it', { 'tau-core/src/beside.ts': 'export {};\n' });
  await clone.git.run('merge', '--quiet', '--no-ff', '--no-edit', 'stable');
  const report = await clone.did<ReleaseReport>('release', 'tau-core', '--yes');
  expect(versions(report)).toEqual({ 'tau-core': '0.1.2' });
  expect(report.libraries[0]?.notes).toMatch(/^### Bug fixes\n\n- \*\*tau-core:\*\* beside it \w+\n$/);
  expect(await clone.git.succeeds('merge-base', '--is-ancestor', 'tau-core@v0.1.1', 'tau-core@v0.1.2')).toBe(true);
  await clone.did('bump', '--yes');
});

test('the contract of a release is what the next one is compared with', async () => {
  const clone = folders.copy(released);
  const contracts = { 'tau-core/proto/tau.binpb': 'new', 'tau-core/proto/released.binpb': 'old' };
  await clone.commit('feat(tau-core): messages', contracts);
  await clone.did('release', 'tau-core', '--yes');
  expect(await clone.git.run('show', 'tau-core@v0.2.0:proto/released.binpb')).toBe('new');
});

test('what a person wrote in the changelog for the version is what is released', async () => {
  const clone = folders.copy(fresh);
  await clone.commit('docs(tau-core): changelog', { 'tau-core/CHANGELOG.md': '# Changes\n\n## 0.1.0\n\nBy hand.\n' });
  const report = await clone.did<ReleaseReport>('release', 'tau-core', '--first', '0.1.0', '--yes');
  expect(report.libraries[0]?.notes).toBe('By hand.\n');
  expect(readFileSync(join(clone.folder, 'tau-core/CHANGELOG.md'), 'utf8')).toMatch(
    /^# Changes\n\n## 0\.1\.0 \(.*\)\n\nBy hand\.\n$/,
  );
  expect(await clone.git.run('tag', '-l', '--format=%(contents:body)', 'tau-core@v0.1.0')).toContain('By hand.');
});

test('1.0.0 is what a person asks for', async () => {
  const clone = folders.copy(released);
  expect(versions(await clone.did('release', 'tau-core', '--as', '1.0.0'))).toEqual({ 'tau-core': null });
  await clone.commit('docs(tau-core): ready', { 'tau-core/README.md': '# tau-core is ready\n' });
  expect(versions(await clone.did('release', 'tau-core', '--as', '1.0.0'))).toEqual({ 'tau-core': '1.0.0' });
  expect((await clone.umbrella('release', 'tau-core', '--as', '0.0.9')).err).toContain('tau-core has 0.1.0 already');
  expect((await clone.umbrella('release', 'tau-core', '--as', 'one')).err).toContain('"one" is no version');
});

test('a release that was interrupted before its tags is completed by the next one', async () => {
  const clone = folders.copy(released);
  const tag = await clone.git.run('rev-parse', 'refs/tags/tau-core@v0.1.0');
  await clone.git.run('tag', '-d', 'tau-core@v0.1.0');
  expect((await clone.did<ReleaseReport>('release', '--all', '--yes')).resumed).toEqual(['tau-core@v0.1.0']);
  // The very same object: whoever pushes it conflicts with nobody.
  expect(await clone.git.run('rev-parse', 'refs/tags/tau-core@v0.1.0')).toBe(tag);
});
