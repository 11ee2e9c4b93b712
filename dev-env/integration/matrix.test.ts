import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Library } from '../scripts/libraries.ts';
import { openUmbrella } from '../umbrella/model/umbrella.ts';
import { fixture } from '../umbrella/testing/fixtures.ts';
import { type Clone, Folders, LIBRARIES } from '../umbrella/testing/sandbox.ts';
import { matrixRows, type PinnedSet } from './matrix.ts';
import { headSource, releaseSource } from './sources.ts';

const folders = new Folders();
let clone: Clone;
beforeEach(async () => {
  clone = await fixture('released', folders);
});
afterAll(() => folders.remove());

async function pinned(): Promise<PinnedSet> {
  const { git, manifest } = await openUmbrella(clone.folder, clone.env);
  const pins = new Map<Library, Awaited<ReturnType<typeof releaseSource>>>();
  for (const library of LIBRARIES) {
    const pin = manifest.libraries[library];
    if (pin !== undefined) pins.set(library, await releaseSource(git, library, pin, 'pin'));
  }
  return pins;
}

/** Each row as one line: its name, and what is tried, or why not. */
async function rows(): Promise<readonly string[]> {
  const umbrella = await openUmbrella(clone.folder, clone.env);
  const all = await matrixRows(umbrella, await pinned());
  return all.map(({ name, variant, brings, tag, why }) => {
    const set = [variant, ...brings].map((source) => `${source?.library}@${source?.version}`).join(' with ');
    return `${name}: ${variant === undefined ? why : `${tag} ${set}`}`;
  });
}

test('right after a release there is nothing to try', async () => {
  expect(await rows()).toEqual([
    'tau-core at HEAD: it is what is pinned',
    'tau-orchestrate at HEAD: it is what is pinned',
    'tau-ext-local at HEAD: it is what is pinned',
    'tau-ext-local N-1: NOT TRIED: 0.1.0 is the only release so far',
  ]);
});

test('a change is tried under the version that it would get; a breaking one only where the others take it', async () => {
  await clone.commit('fix(tau-core): a change', { 'tau-core/src/index.ts': 'export const name = 1;\n' });
  await clone.commit('feat(tau-orchestrate)!: a change', { 'tau-orchestrate/src/index.ts': 'export {};\n' });
  await clone.commit('feat: a change', { 'tau-ext-local/src/index.ts': 'export {};\n\nBREAKING CHANGE: no\n' });
  expect((await rows()).slice(0, 3)).toEqual([
    'tau-core at HEAD: head tau-core@0.1.1',
    'tau-orchestrate at HEAD: NOT TRIED: it would be 0.2.0, and tau-ext-local 0.1.0 takes tau-orchestrate ^0.1.0',
    'tau-ext-local at HEAD: head tau-ext-local@0.1.1',
  ]);
});

test('the previous release of an extension is tried with the pinned kernel, and brings what it needs', async () => {
  await clone.commit('feat(tau-core)!: a change', { 'tau-core/src/index.ts': 'export const name = 1;\n' });
  await clone.did('release', '--all', '--yes');
  await clone.did('bump', '--yes');
  const all = await rows();
  expect(all.at(-1)).toMatch(/^tau-ext-local N-1: previous tau-ext-local@0\.1\.0 with .*tau-core@0\.1\.0/);
});

test('a range that no release fits is the reason why a library is not tried', async () => {
  const path = 'tau-ext-local/package.json';
  const text = readFileSync(join(clone.folder, path), 'utf8').replace('"tau-core": "^0.1.0"', '"tau-core": "^0.9.0"');
  await clone.commit('feat(tau-ext-local): a change', { [path]: text });
  expect((await rows())[2]).toBe(
    'tau-ext-local at HEAD: NOT TRIED: it takes tau-core ^0.9.0; the pin is 0.1.0, and no release fits',
  );
});

test('a pin is taken out as a clone of the library alone, a newest commit as its files', async () => {
  const pin = (await pinned()).get('tau-core');
  const folder = folders.next();
  await pin?.extract(folder);
  expect(await clone.git.at(folder).run('log', '--format=%s')).not.toContain('tau-orchestrate');
  expect(existsSync(join(folder, 'tau-core'))).toBe(false);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('# tau-core\n');

  const head = await headSource(await openUmbrella(clone.folder, clone.env), 'tau-core', '0.1.9');
  const other = folders.next();
  await head.extract(other);
  expect(existsSync(join(other, '.git'))).toBe(false);
  expect(JSON.parse(readFileSync(join(other, 'package.json'), 'utf8'))).toMatchObject({ version: '0.1.9' });
});
