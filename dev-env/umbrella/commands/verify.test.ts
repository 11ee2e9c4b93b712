import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '../testing/contract.ts';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders } from '../testing/sandbox.ts';
import type { VerifyReport } from './verify.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('released', folders);
});

afterAll(() => folders.remove());

/** What verify finds, each with its next step. */
async function problems(clone: Clone): Promise<string[]> {
  const { code, out } = await clone.umbrella('verify', '--json');
  const report = JSON.parse(out) as VerifyReport & { ok: boolean };
  expect(code).toBe(report.problems.length === 0 ? 0 : 1);
  expect(report.ok).toBe(code === 0);
  for (const { next } of report.problems) expect(next).not.toBe('');
  return report.problems.map(({ problem }) => problem);
}

/** Commits the manifest after a change that no command would make. */
async function edit(
  clone: Clone,
  change: (manifest: { libraries: Record<string, Record<string, string>> }) => void,
): Promise<void> {
  const file = join(clone.folder, 'pins/manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { libraries: Record<string, Record<string, string>> };
  change(manifest);
  await clone.commit('chore: edited by hand', { 'pins/manifest.json': JSON.stringify(manifest) });
}

test('pins that the commands made hold, here and in any clone', async () => {
  expect(await problems(base)).toEqual([]);
  const fork = await base.clone('fork', '--no-tags');
  expect(await problems(fork)).toEqual([
    'the tag tau-core@v0.1.0 is missing here',
    'the tag tau-orchestrate@v0.1.0 is missing here',
    'the tag tau-ext-local@v0.1.0 is missing here',
  ]);
  await fork.did('tags', '--yes');
  expect(await problems(fork)).toEqual([]);
});

test('a gitlink that somebody moved', async () => {
  const clone = folders.copy(base);
  const other = await clone.git.run('rev-parse', 'tau-core@v0.1.0~1');
  await clone.git.run('update-index', '--cacheinfo', `160000,${other},pins/tau-core`);
  await clone.git.run('commit', '--quiet', '--message', 'chore: moved by hand');
  const { commit } = (await clone.manifest()).libraries['tau-core'] ?? { commit: '' };
  expect(await problems(clone)).toEqual([
    `the gitlink names ${other.slice(0, 12)}, and pins/manifest.json names ${commit.slice(0, 12)} (0.1.0)`,
  ]);
});

test('a gitlink without a record, a record without a gitlink, a pin that .gitmodules does not name', async () => {
  const clone = folders.copy(base);
  await edit(clone, ({ libraries }) => delete libraries['tau-ext-local']);
  expect(await problems(clone)).toEqual(['pins/tau-ext-local is a gitlink, and pins/manifest.json does not record it']);
  await clone.git.run('reset', '--quiet', '--hard', 'HEAD^');
  await clone.git.run('config', '--file', '.gitmodules', '--remove-section', 'submodule.pins/tau-ext-local');
  await clone.git.run('update-index', '--force-remove', 'pins/tau-ext-local');
  await clone.git.run('add', '.gitmodules');
  await clone.git.run('commit', '--quiet', '--message', 'chore: removed by hand');
  expect(await problems(clone)).toEqual([
    'pins/tau-ext-local is no gitlink, and pins/manifest.json says that it is pinned',
    '.gitmodules does not name pins/tau-ext-local',
  ]);
});

test('a tag on another commit', async () => {
  const clone = folders.copy(base);
  await clone.git.run('tag', '--force', 'tau-core@v0.1.0', 'HEAD');
  expect(await problems(clone)).toEqual([
    expect.stringMatching(/^the tag tau-core@v0\.1\.0 is on \w+, and the release is \w+$/),
  ]);
});

test('a record that says something else than the release is', async () => {
  const clone = folders.copy(base);
  const tree = await clone.git.run('rev-parse', 'HEAD^{tree}');
  await edit(clone, ({ libraries }) => Object.assign(libraries['tau-core'] ?? {}, { tree }));
  expect(await problems(clone)).toEqual([
    'pins/manifest.json pins 0.1.0 otherwise than it records that release',
    expect.stringMatching(/^the tree of tau-core@v0\.1\.0 is \w+, and pins\/manifest\.json records another$/),
  ]);
});

test('a history in which the release is no longer joined', async () => {
  const clone = folders.copy(base);
  const commit = await clone.git.run('commit-tree', 'HEAD^{tree}', '-m', 'chore: squashed');
  await clone.git.run('reset', '--quiet', '--hard', commit);
  const found = await problems(clone);
  expect(found).toHaveLength(6);
  expect(found[0]).toMatch(/^the pinned commit \w+ is not part of this history: a clone would lack it$/);
  expect(found[1]).toBe('no commit of this history joins tau-core@v0.1.0');
  const fork = await clone.clone('squashed', '--single-branch', '--no-tags', '--no-local');
  expect(await problems(fork)).toContainEqual(expect.stringMatching(/^the pinned commit \w+ is not in this clone$/));
});

test('pins that do not accept each other', async () => {
  const clone = folders.copy(base);
  await clone.commit('feat(tau-core): clocks', { 'tau-core/src/clock.ts': 'export {};\n' });
  await clone.did('release', 'tau-core', '--yes');
  const release = (await clone.manifest()).releases['tau-core']?.at(-1);
  await clone.git.run('update-index', '--cacheinfo', `160000,${release?.commit},pins/tau-core`);
  await edit(clone, ({ libraries }) => Object.assign(libraries['tau-core'] ?? {}, release));
  // `git add` took the gitlink back to the folder's own state: a submodule that is not there stays as the index says.
  expect(await problems(clone)).toEqual([
    'tau-orchestrate 0.1.0 needs tau-core ^0.1.0, which is pinned at 0.2.0',
    'tau-ext-local 0.1.0 needs tau-core ^0.1.0, which is pinned at 0.2.0',
  ]);
});

test('a contract that breaks the one of the release before stops its pin', async () => {
  const clone = folders.copy(base);
  for (const field of ['string a = 1;', 'int32 a = 1;']) {
    await clone.commit('fix(tau-core): a message', { 'tau-core/proto/tau.binpb': contract(folders.next(), field) });
    await clone.did('release', 'tau-core', '--yes');
  }
  expect((await clone.umbrella('bump', '--yes')).err).toMatch(
    /the contract of tau-core@v0\.1\.2 breaks that of tau-core@v0\.1\.1:\n.*Field "1" .* changed type from "string" to "int32"/,
  );
});
