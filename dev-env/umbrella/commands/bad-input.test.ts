import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { Clone, Folders, TEST_ENV } from '../testing/sandbox.ts';

const folders = new Folders();
let upstream: Clone;
let fork: Clone;

beforeAll(async () => {
  upstream = await fixture('released', folders);
  await upstream.commit('feat(tau-core): clocks', { 'tau-core/src/clock.ts': 'export {};\n' });
  await upstream.did('release', '--all', '--yes');
  await upstream.commit('fix(tau-core): a hole', { 'tau-core/src/hole.ts': 'export {};\n' });
  const first = await upstream.clone('first');
  fork = await first.clone('second');
});

afterAll(() => folders.remove());

const RELEASE = ['release', 'tau-core', '--yes'];
const BUMP = ['bump', '--yes'];
const PUBLISH = ['publish', '--org', 'octo', '--api-url', 'http://127.0.0.1:9', '--yes'];

/** A state that a person may be in, the commands that stop in it, and what they say. */
interface Bad {
  readonly state: string;
  make(clone: Clone): Promise<unknown>;
  readonly commands: readonly (readonly string[])[];
  readonly says: RegExp;
}

const BAD: readonly Bad[] = [
  {
    state: 'a file was changed',
    make: async (clone) => clone.write({ 'README.md': 'changed' }),
    commands: [RELEASE, BUMP],
    says: /the work tree is dirty: README\.md\n {2}next: commit these changes or put them aside/,
  },
  {
    state: 'a file is new',
    make: async (clone) => clone.write({ 'tau-core/src/new.ts': '' }),
    commands: [RELEASE, BUMP],
    says: /the work tree is dirty: tau-core\/src\/new\.ts\n/,
  },
  {
    state: 'a gitlink was staged by hand',
    make: async (clone) => {
      const commit = await clone.git.run('rev-parse', 'tau-core@v0.2.0^{commit}');
      await clone.git.run('update-index', '--cacheinfo', `160000,${commit},pins/tau-core`);
    },
    commands: [RELEASE, BUMP],
    says: /the work tree is dirty: pins\/tau-core\n/,
  },
  {
    state: 'HEAD is detached',
    make: (clone) => clone.git.run('checkout', '--quiet', '--detach'),
    commands: [RELEASE, BUMP, PUBLISH],
    says: /HEAD is detached: .*\n {2}next: switch to a branch first/,
  },
  {
    state: 'another branch is checked out',
    make: (clone) => clone.git.run('switch', '--quiet', '--create', 'other'),
    commands: [RELEASE],
    says: /"other" is checked out, and releases are made on "main"\n {2}next: .*git switch main/,
  },
  {
    state: 'the followed branch has more',
    make: async (clone) => {
      await clone.git.run('update-ref', 'refs/remotes/origin/main', await clone.head());
      await clone.git.run('reset', '--quiet', '--hard', 'HEAD^');
      await clone.git.run('config', 'branch.main.remote', 'origin');
      await clone.git.run('config', 'branch.main.merge', 'refs/heads/main');
      await clone.git.run('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
    },
    commands: [RELEASE],
    says: /this branch is behind origin\/main by 1\n {2}next: run "git pull" first/,
  },
  {
    state: 'a tag is missing',
    make: (clone) => clone.git.run('tag', '-d', 'tau-core@v0.2.0'),
    commands: [BUMP, PUBLISH],
    says: /the tag tau-core@v0\.2\.0 is missing .*\n {2}next: run "npm run umbrella -- tags --yes"/,
  },
  {
    state: 'the tag of a pin is missing',
    make: (clone) => clone.git.run('tag', '-d', 'tau-core@v0.1.0'),
    commands: [['verify'], PUBLISH],
    says: /the tag tau-core@v0\.1\.0 is missing here/,
  },
  {
    state: 'a tag is on another commit',
    make: (clone) => clone.git.run('tag', '--force', 'tau-core@v0.2.0', 'HEAD'),
    commands: [RELEASE, BUMP, ['tags', '--yes']],
    says: /tau-core@v0\.2\.0[\s\S]*next: run "git tag -d tau-core@v0\.2\.0"/,
  },
  {
    state: 'a tag is there that no release made',
    make: (clone) => clone.git.run('tag', 'tau-core@v0.2.1'),
    commands: [RELEASE],
    says: /the tag tau-core@v0\.2\.1 is here already, but pins\/manifest\.json records no such release/,
  },
  {
    state: 'history was squashed',
    make: async (clone) => {
      await clone.git.run(
        'reset',
        '--quiet',
        '--soft',
        await clone.git.run('rev-list', '--max-parents=0', '-1', 'main', '--', 'dev-env'),
      );
      await clone.git.run('commit', '--quiet', '--message', 'chore: squashed');
    },
    commands: [RELEASE],
    says: /history was rewritten: tau-core@v0\.1\.0 \(\w+\) is no longer part of it\n {2}next: go back/,
  },
  {
    state: 'the manifest is not one',
    make: (clone) => clone.commit('chore: broken', { 'pins/manifest.json': '{ "format": 2 }' }),
    commands: [['status'], RELEASE, BUMP, ['verify'], ['tags', '--yes'], ['init', '--yes']],
    says: /pins\/manifest\.json is not a manifest of format 1: format .*\n {2}next: restore it/,
  },
];

for (const from of ['upstream', 'fork']) {
  describe(from, () => {
    test.each(BAD)('when $state, commands stop before they change anything', async ({ make, commands, says }) => {
      const clone = new Clone(folders.copy(from === 'fork' ? fork : upstream).folder, {
        ...TEST_ENV,
        GITHUB_TOKEN: 'x',
      });
      await make(clone);
      const before = await clone.fingerprint();
      for (const command of commands) {
        const { code, out, err } = await clone.umbrella(...command);
        expect({ command, code }).toEqual({ command, code: 1 });
        expect(`${out}${err}`).toMatch(says);
        expect(await clone.fingerprint()).toBe(before);
      }
    });
  });
}

test('a shallow clone is told to get the rest of its history', async () => {
  const shallow = new Clone(join(folders.next(), 'shallow'), { ...TEST_ENV, GITHUB_TOKEN: 'x' });
  await upstream.git.run('clone', '--quiet', '--depth=2', pathToFileURL(upstream.folder).href, shallow.folder);
  const before = await shallow.fingerprint();
  for (const command of [RELEASE, BUMP, ['verify'], PUBLISH]) {
    const { code, err } = await shallow.umbrella(...command);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('run "git fetch --unshallow", then try again'),
    });
  }
  expect((await shallow.umbrella('tags', '--yes')).err).toContain('which is not in this clone');
  expect((await shallow.umbrella('bundle', '--yes')).err).toContain('is not in this clone');
  expect(await shallow.fingerprint()).toBe(before);
  expect((await shallow.umbrella('status')).out).toContain('shallow');
  await shallow.git.run('fetch', '--quiet', '--unshallow');
  await shallow.did('bump');
});

test('who nobody knows makes no commits', async () => {
  const {
    GIT_AUTHOR_NAME: _a,
    GIT_AUTHOR_EMAIL: _b,
    GIT_COMMITTER_NAME: _c,
    GIT_COMMITTER_EMAIL: _d,
    ...env
  } = TEST_ENV;
  const clone = new Clone(folders.copy(upstream).folder, env);
  await clone.git.run('config', 'user.useConfigOnly', 'true');
  const before = await clone.fingerprint();
  for (const command of [RELEASE, BUMP]) {
    expect((await clone.umbrella(...command)).err).toMatch(
      /git does not know who you are\n {2}next: run "git config user\.name/,
    );
  }
  expect(await clone.fingerprint()).toBe(before);
});

test('a folder that is no umbrella is named', async () => {
  const folder = folders.next();
  const clone = new Clone(folder, { ...TEST_ENV, GIT_CEILING_DIRECTORIES: folders.root });
  expect((await clone.umbrella('status')).err).toContain(`no git work tree here: ${folder}`);
  await clone.git.run('init', '--quiet');
  expect((await clone.umbrella('status')).err).toContain('this repository has no commit yet');
  await clone.commit('chore: begin', { 'package.json': '{}' });
  expect((await clone.umbrella('status')).err).toContain('this is no umbrella: its package.json names no workspaces');
});
