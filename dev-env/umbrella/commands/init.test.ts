import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { Clone, Folders, LIBRARIES } from '../testing/sandbox.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('released', folders);
});

afterAll(() => folders.remove());

/** Checks that each pin is checked out on its library's release tag. */
async function expectPins(clone: Clone): Promise<void> {
  const lines = (await clone.git.run('submodule', 'status')).split('\n');
  const { libraries } = await clone.manifest();
  expect(lines.sort()).toEqual(
    LIBRARIES.map((library) => ` ${libraries[library]?.commit} pins/${library} (${library}@v0.1.0)`).sort(),
  );
  for (const library of LIBRARIES) {
    const { name } = JSON.parse(readFileSync(join(clone.folder, 'pins', library, 'package.json'), 'utf8')) as {
      name: string;
    };
    expect(name).toBe(library);
  }
  expect(await clone.git.run('status', '--porcelain')).toBe('');
}

/** A clone as one gets it from a place that gives only branches, and that is gone afterwards. */
async function orphan(from: Clone, ...options: string[]): Promise<Clone> {
  const clone = await from.clone(`orphan ${Math.random()}`, '--no-tags', ...options);
  await clone.git.run('remote', 'set-url', 'origin', 'http://127.0.0.1:9/gone.git');
  return clone;
}

test('a clone checks its pins out without its remote and without tags, and again without harm', async () => {
  const clone = await orphan(base);
  const before = await clone.fingerprint();
  const dry = await clone.did('init');
  expect(dry).toMatchObject({
    dryRun: true,
    pins: LIBRARIES.toSorted().map((library) => ({ library, before: 'absent' })),
  });
  expect(await clone.fingerprint()).toBe(before);
  await clone.did('init', '--yes');
  await expectPins(clone);
  await clone.did('init', '--yes');
  await expectPins(clone);
  await clone.did('verify');
});

test('no other command gets the right to clone from a local path', async () => {
  const clone = await orphan(base);
  await clone.did('init', '--yes');
  expect(await clone.git.ask('config', 'protocol.file.allow')).toBeUndefined();
  const url = await clone.git.run('config', 'submodule.pins/tau-core.url');
  expect(url).toBe('http://127.0.0.1:9/gone.git/');
  expect(await clone.git.at(join(clone.folder, 'pins/tau-core')).run('remote', 'get-url', 'origin')).toBe(url);
});

test('a clone of a clone has all that it needs', async () => {
  await expectPins(await initialised(await orphan(await base.clone('fork', '--no-tags'))));
});

test('a repository that has no remote at all has it too', async () => {
  const clone = folders.copy(base);
  await expectPins(await initialised(clone));
});

test('a linked work tree has pins of its own', async () => {
  const clone = folders.copy(base);
  const tree = new Clone(join(clone.folder, '..', 'linked tree'), clone.env);
  await clone.git.run('worktree', 'add', '--quiet', tree.folder, '-b', 'beside');
  await expectPins(await initialised(tree));
});

test('a pin that somebody moved in its folder goes back; what somebody changed there is kept', async () => {
  const clone = folders.copy(base);
  await clone.did('init', '--yes');
  const pin = new Clone(join(clone.folder, 'pins/tau-core'), clone.env);
  await pin.git.run('checkout', '--quiet', 'HEAD^');
  expect((await clone.did('status')) as object).toMatchObject({
    libraries: [{ library: 'tau-core', checkout: 'elsewhere' }, {}, {}],
  });
  await clone.did('init', '--yes');
  await expectPins(clone);
  await pin.git.run('checkout', '--quiet', 'HEAD^');
  pin.write({ 'CHANGELOG.md': 'mine' });
  const { code, err } = await clone.umbrella('init', '--yes');
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/pins\/tau-core could not be checked out[\s\S]*next: look at/),
  });
  expect(readFileSync(join(pin.folder, 'CHANGELOG.md'), 'utf8')).toBe('mine');
});

test('a shallow clone asks its remote for the pinned commits alone', async () => {
  const url = pathToFileURL(base.folder).href;
  const shallow = new Clone(join(folders.next(), 'shallow'), base.env);
  await base.git.run('clone', '--quiet', '--depth=1', '--no-tags', url, shallow.folder);
  await expectPins(await initialised(shallow));
  expect(await shallow.git.run('rev-list', '--count', 'HEAD')).toBe('1');
});

test('a shallow clone whose remote does not answer says what to do', async () => {
  const url = pathToFileURL(base.folder).href;
  const shallow = new Clone(join(folders.next(), 'shallow'), base.env);
  await base.git.run('clone', '--quiet', '--depth=1', '--no-tags', url, shallow.folder);
  await shallow.git.run('remote', 'set-url', 'origin', 'http://127.0.0.1:9/gone.git');
  const before = await shallow.fingerprint();
  const { code, err } = await shallow.umbrella('init', '--yes');
  expect(code).toBe(1);
  expect(err).toMatch(
    /the pin of tau-core \(\w+\) is not in this shallow clone, and its remote did not give it: .*\n {2}next: run "git fetch --unshallow"/,
  );
  expect(await shallow.fingerprint()).toBe(before);
  await shallow.git.run('remote', 'remove', 'origin');
  expect((await shallow.umbrella('init', '--yes')).err).toContain('which has no remote');
});

test('a pin that .gitmodules does not name stops before anything is checked out', async () => {
  const clone = folders.copy(base);
  rmSync(join(clone.folder, '.gitmodules'));
  await clone.commit('chore: lost');
  const { code, err } = await clone.umbrella('init', '--yes');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('.gitmodules does not name pins/tau-core') });
});

async function initialised(clone: Clone): Promise<Clone> {
  await clone.did('init', '--yes');
  return clone;
}
