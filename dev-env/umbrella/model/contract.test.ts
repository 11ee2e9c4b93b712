import { afterAll, expect, test } from 'vitest';
import { contract } from '../testing/contract.ts';
import { Clone, Folders, TEST_ENV } from '../testing/sandbox.ts';
import { contractProblem } from './contract.ts';
import type { Release } from './manifest.ts';

const folders = new Folders();

afterAll(() => folders.remove());

test('a contract may grow, and may not change or go', async () => {
  const clone = new Clone(folders.next(), TEST_ENV);
  await clone.git.run('init', '--quiet');
  const releases: Release[] = [];
  const release = async (fields: string | undefined): Promise<Release> => {
    const version = `0.1.${releases.length}`;
    if (fields === undefined) await clone.git.run('rm', '--quiet', 'proto/tau.binpb');
    const files = fields === undefined ? {} : { 'proto/tau.binpb': contract(folders.next(), fields) };
    const commit = await clone.commit(version, files);
    const made = { version, tag: `v${version}`, commit, tree: commit, date: '2026-11-20T00:00:00Z' };
    releases.push(made);
    return made;
  };
  const problem = async (fields: string | undefined): Promise<string | undefined> =>
    contractProblem(clone.git, releases, await release(fields));
  expect(await problem('string a = 1;')).toBeUndefined();
  expect(await problem('string a = 1;')).toBeUndefined();
  expect(await problem('string a = 1; string b = 2;')).toBeUndefined();
  expect(await problem('string b = 2;')).toMatch(
    /^the contract of v0\.1\.3 breaks that of v0\.1\.2:\n.*Previously present field "1"/,
  );
  expect(await problem(undefined)).toBe('v0.1.4 has no contract, and v0.1.3 had one');
  expect(await problem('string c = 3;')).toBeUndefined();
});
