import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { fixture } from '../umbrella/testing/fixtures.ts';
import { Clone, Folders, TEST_ENV } from '../umbrella/testing/sandbox.ts';
import { FORKER, ORG, OWNER, TestGithub, UMBRELLA } from '../umbrella/testing/test-github.ts';

const folders = new Folders();
let github: TestGithub;

beforeEach(async () => {
  github = await TestGithub.start(folders.next());
});

afterEach(() => github.stop());

afterAll(() => folders.remove());

/** A person's clone of a repository on the host; pushing needs the person's token, as on GitHub. */
async function cloneOf(name: string, person: { login: string; token: string }, ...options: string[]): Promise<Clone> {
  const basic = Buffer.from(`x-access-token:${person.token}`).toString('base64');
  const env = {
    ...TEST_ENV,
    GITHUB_TOKEN: person.token,
    GIT_COMMITTER_NAME: person.login,
    GIT_AUTHOR_NAME: person.login,
  };
  const clone = new Clone(join(folders.next(), person.login), env);
  const url = `${github.host.url}/${name}.git`;
  await clone.git.at('.').run('clone', '--quiet', ...options, url, clone.folder);
  await clone.git.run('config', 'http.extraHeader', `Authorization: Basic ${basic}`);
  return clone;
}

test('from a change in a fork to a clone with its release in it', async () => {
  const umbrella = await github.host.create(`${ORG}/${UMBRELLA}`);
  const first = await fixture('released', folders);
  await first.git.run('push', '--quiet', umbrella.folder, 'main');

  // A contributor changes a library in a fork, and proposes that.
  await github.api(`/repos/${ORG}/${UMBRELLA}/forks`, { method: 'POST', body: {}, token: FORKER.token });
  await first.git.run('push', '--quiet', (await github.host.create(`${FORKER.login}/${UMBRELLA}`)).folder, 'main');
  const fork = await cloneOf(`${FORKER.login}/${UMBRELLA}`, FORKER);
  await fork.commit('feat(tau-core): clocks', { 'tau-core/src/clock.ts': 'export const hour = 3_600_000;\n' });
  await fork.git.run('push', '--quiet', 'origin', 'main');

  // The release manager merges it, releases, pins, and pushes: only the branch, as tags may not travel.
  const manager = await cloneOf(`${ORG}/${UMBRELLA}`, OWNER, '--no-tags');
  await manager.git.run('pull', '--quiet', '--no-ff', '--no-edit', '--no-tags', fork.folder, 'main');
  await manager.did('tags', '--yes');
  await manager.did('release', '--all', '--yes');
  await manager.did('bump', '--yes');
  await manager.did('verify');
  await manager.git.run('push', '--quiet', 'origin', 'main');
  const publish = ['publish', '--org', ORG, '--api-url', github.apiUrl, '--remote-base', github.host.url];
  await manager.did(...publish, '--yes');
  await umbrella.run('update-ref', 'refs/heads/main', `refs/heads/publish-${ORG}`);

  // An integrator clones it with its submodules: each comes from its own repository, at its release.
  const integrator = await cloneOf(`${ORG}/${UMBRELLA}`, OWNER, '--recurse-submodules');
  const status = (await integrator.git.run('submodule', 'status')).replaceAll(/[0-9a-f]{40}/g, '');
  expect(status.split('\n').map((line) => line.trim())).toEqual([
    'pins/tau-core (tau-core@v0.2.0)',
    'pins/tau-ext-local (tau-ext-local@v0.1.1)',
    'pins/tau-orchestrate (tau-orchestrate@v0.1.1)',
  ]);
  expect(readFileSync(join(integrator.folder, 'pins/tau-core/src/clock.ts'), 'utf8')).toContain('hour');
  expect(readFileSync(join(integrator.folder, 'pins/tau-core/CHANGELOG.md'), 'utf8')).toContain('clocks');
  await integrator.did('tags', '--yes');
  await integrator.did('verify');

  // Publishing again has nothing to do, also from the next clone.
  expect((await integrator.umbrella(...publish, '--yes')).out).toContain('all of it is there');

  // A library's repository stands alone: its history, its tags, and no umbrella around it.
  const alone = await cloneOf(`${ORG}/tau-core`, FORKER);
  const log = await alone.git.run('log', '--format=%an: %s');
  expect(log.split('\n').slice(0, 2)).toEqual([
    `${OWNER.login}: chore(tau-core): release 0.2.0`,
    `${FORKER.login}: feat(tau-core): clocks`,
  ]);
  expect((await alone.git.run('tag', '--list')).split('\n')).toEqual(['tau-core@v0.1.0', 'tau-core@v0.2.0']);
});
