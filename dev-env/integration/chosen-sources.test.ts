import { afterAll, beforeEach, expect, test } from 'vitest';
import { openUmbrella } from '../umbrella/model/umbrella.ts';
import { Stop } from '../umbrella/stop.ts';
import { fixture } from '../umbrella/testing/fixtures.ts';
import { type Clone, Folders, LIBRARIES } from '../umbrella/testing/sandbox.ts';
import { pinnedSources } from './chosen-sources.ts';

const folders = new Folders();
let clone: Clone;
beforeEach(async () => {
  clone = await fixture('released', folders);
});
afterAll(() => folders.remove());

/** The pinned versions, or the one line that says why they cannot be had. */
async function pinned({ folder, env }: Clone, libraries = LIBRARIES): Promise<string> {
  try {
    const sources = await pinnedSources(await openUmbrella(folder, env), libraries);
    return sources.map(({ library, origin }) => `${library} ${origin}`).join(', ');
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return `${error.message}; ${error.next}`;
  }
}

test('the pins are what is proven', async () => {
  expect(await pinned(clone)).toBe('tau-core pin 0.1.0, tau-orchestrate pin 0.1.0, tau-ext-local pin 0.1.0');
});

test('without pins it says how to make them, or to do without', async () => {
  expect(await pinned(await fixture('fresh', folders))).toMatch(
    /^pins\/manifest\.json pins no tau-core, .*; run "npm run umbrella -- pin --all --yes", or .*--from-tree$/,
  );
});

test('pins that are not committed stop everything', async () => {
  clone.write({ 'pins/manifest.json': '{}' });
  expect(await pinned(clone)).toMatch(/^the pins are dirty: pins\/manifest\.json; /);
});

test('so does a manifest that says otherwise than the pins', async () => {
  const manifest = await clone.manifest();
  const { 'tau-core': core, ...libraries } = manifest.libraries;
  const moved = {
    ...manifest,
    libraries: { ...libraries, 'tau-core': { ...core, ...manifest.libraries['tau-ext-local'] } },
  };
  await clone.commit('chore: by hand', { 'pins/manifest.json': JSON.stringify(moved) });
  expect(await pinned(clone)).toMatch(/^tau-core: the gitlink names /);
});

test('and a clone without history', async () => {
  const shallow = await clone.clone('shallow', '--depth=1', '--no-local');
  expect(await pinned(shallow)).toMatch(/^this clone is shallow: .*; run "git fetch --unshallow"/);
});
