import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders } from '../testing/sandbox.ts';
import type { LibraryStatus, StatusReport } from './status.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('released', folders);
});

afterAll(() => folders.remove());

async function core(clone: Clone): Promise<LibraryStatus | undefined> {
  return (await clone.did<StatusReport>('status')).libraries.find(({ library }) => library === 'tau-core');
}

test('everything at rest', async () => {
  const report = await base.did<StatusReport>('status');
  expect(report).toMatchObject({ branch: 'main', upstream: null, shallow: false, dirty: [] });
  expect(await core(base)).toMatchObject({
    version: '0.1.0',
    release: '0.1.0',
    tag: 'there',
    distance: 0,
    pin: '0.1.0',
    reachable: true,
    pushed: null,
    checkout: 'absent',
    dirty: [],
  });
  const { out } = await base.umbrella('status');
  expect(out).toMatch(/^tau-core {9}\w{7} +0\.1\.0 {4}0\.1\.0 {2}0$/m);
});

test('the distance counts commits that touched the library since its release', async () => {
  const clone = folders.copy(base);
  await clone.commit('fix(tau-core): one', { 'tau-core/src/one.ts': '' });
  await clone.commit('fix(tau-ext-local): two', { 'tau-ext-local/src/two.ts': '' });
  await clone.commit('fix(tau-core): three', { 'tau-core/src/three.ts': '' });
  expect(await core(clone)).toMatchObject({ distance: 2 });
  await clone.did('release', 'tau-core', '--yes');
  expect(await core(clone)).toMatchObject({ release: '0.1.1', pin: '0.1.0', distance: 0 });
  expect((await clone.umbrella('status')).out).toMatch(/tau-core .* newer release$/m);
});

test('what is out of order stands in the last column', async () => {
  const clone = await base.clone('odd');
  await clone.git.run('checkout', '--quiet', '--detach');
  await clone.git.run('tag', '--force', 'tau-core@v0.1.0', 'HEAD');
  await clone.git.run('tag', '-d', 'tau-ext-local@v0.1.0');
  clone.write({ 'tau-orchestrate/src/new.ts': '' });
  const { out } = await clone.umbrella('status');
  expect(out).toMatch(/^\w{12} detached, dirty \(1\)$/m);
  expect(out).toMatch(/^tau-core .* tag on another commit$/m);
  expect(out).toMatch(/^tau-ext-local .* tag missing$/m);
  expect(out).toMatch(/^tau-orchestrate .* dirty \(1\)$/m);
});

test('a pin that is not pushed, and one that is no longer part of history', async () => {
  const clone = await base.clone('ahead');
  expect(await core(clone)).toMatchObject({ pushed: true, reachable: true });
  await clone.commit('fix(tau-core): one', { 'tau-core/src/one.ts': '' });
  await clone.did('release', 'tau-core', '--yes');
  await clone.did('bump', '--yes');
  expect(await core(clone)).toMatchObject({ pushed: false, reachable: true });
  expect((await clone.umbrella('status')).out).toMatch(/^tau-core .* pin not pushed$/m);
  const tree = await clone.git.run('rev-parse', 'HEAD^{tree}');
  await clone.git.run('reset', '--quiet', '--hard', await clone.git.run('commit-tree', tree, '-m', 'squashed'));
  expect(await core(clone)).toMatchObject({ reachable: false, distance: null });
  expect((await clone.umbrella('status')).out).toMatch(/^tau-core .* pin unreachable/m);
});
