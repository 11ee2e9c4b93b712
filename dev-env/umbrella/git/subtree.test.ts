import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders } from '../testing/sandbox.ts';
import { joinMessage, joinsIn, split } from './subtree.ts';
import { Workshop } from './workshop.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('fresh', folders);
});

afterAll(() => folders.remove());

/** Splits a library and joins its history to the clone's branch, as a release does. */
async function joined(clone: Clone, library: string): Promise<string> {
  using workshop = await Workshop.open(clone.git);
  const mainline = workshop.head;
  const commit = await split(workshop.git, library, mainline);
  await workshop.mergeOurs(joinMessage({ library, mainline, split: commit }), commit);
  await workshop.deliver([]);
  return commit;
}

/** What the command itself makes; it takes a copied index for modified until that is refreshed. */
async function rejoined(clone: Clone, library: string): Promise<string> {
  await clone.git.run('update-index', '-q', '--refresh');
  return clone.git.run('subtree', 'split', '-q', '--rejoin', `--prefix=${library}`);
}

test('a join is what "git subtree split --rejoin" makes, the first time and later, also when a file left the library', async () => {
  const ours = folders.copy(base);
  const same = async (theirs: Clone): Promise<void> => {
    expect(await rejoined(theirs, 'tau-core')).toBe(await joined(ours, 'tau-core'));
    const format = '--format=%T %P%n%B';
    expect(await ours.git.run('log', '-1', format)).toBe(await theirs.git.run('log', '-1', format));
  };
  await ours.commit('feat(tau-core): a long file', { 'tau-core/src/long.ts': 'export const long = 1;\n'.repeat(30) });
  await same(folders.copy(ours));
  await ours.git.run('mv', 'tau-core/src/long.ts', 'tau-orchestrate/src/long.ts');
  await ours.commit('refactor: move it to where it is used');
  await same(folders.copy(ours));
});

test('"git subtree" goes on from a join that was made here', async () => {
  const clone = folders.copy(base);
  const first = await joined(clone, 'tau-core');
  await clone.commit('fix(tau-core): more', { 'tau-core/src/more.ts': 'export {};\n' });
  const theirs = await clone.git.run('subtree', 'split', '-q', '--prefix=tau-core');
  expect(await joined(clone, 'tau-core')).toBe(theirs);
  expect(await clone.git.run('rev-parse', `${theirs}^`)).toBe(first);
});

test('hiding the other libraries changes nothing of what comes out, and stays hidden to nobody else', async () => {
  const clone = folders.copy(base);
  await joined(clone, 'tau-core');
  await joined(clone, 'tau-ext-local');
  await clone.commit('fix(tau-orchestrate): one', { 'tau-orchestrate/src/one.ts': 'export {};\n' });
  const plain = await clone.git.run('subtree', 'split', '-q', '--prefix=tau-orchestrate');
  using workshop = await Workshop.open(clone.git);
  expect(await split(workshop.git, 'tau-orchestrate', workshop.head)).toBe(plain);
  expect((await joinsIn(workshop.git, workshop.head)).map(({ library }) => library)).toEqual([
    'tau-ext-local',
    'tau-core',
  ]);
});

test("a contribution that was made in the library's own repository keeps its commit", async () => {
  const clone = folders.copy(base);
  const first = await joined(clone, 'tau-core');
  const own = await clone.clone('own');
  await own.git.run('switch', '--quiet', '--create', 'fix', first);
  const contributed = await own.commit('fix: from outside', { 'src/outside.ts': 'export {};\n' });
  await clone.git.run('fetch', '--quiet', own.folder, 'fix');
  await clone.git.run('subtree', 'merge', '-q', '--prefix=tau-core', contributed);
  const commit = await joined(clone, 'tau-core');
  expect(await clone.git.run('rev-list', commit)).toContain(contributed);
});
