import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { Clone, Folders, LIBRARIES, type Ran, TEST_ENV } from '../testing/sandbox.ts';
import { FORKER, ORG, OWNER, TestGithub, UMBRELLA } from '../testing/test-github.ts';
import type { PublishReport } from './publish.ts';

const folders = new Folders();
let released: Clone;
let github: TestGithub;
/** The owner's clone of the umbrella on the host. */
let clone: Clone;
/** Requests that change something, since the host started. */
let changes = 0;

beforeAll(async () => {
  released = await fixture('released', folders);
});

afterAll(() => folders.remove());

function isChange(request: IncomingMessage, path: string): boolean {
  return request.method !== 'GET' && !path.endsWith('/git-upload-pack');
}

beforeEach(async () => {
  github = await TestGithub.start(folders.next());
  changes = 0;
  github.host.gate = (request, path) => {
    if (isChange(request, path)) changes += 1;
    return undefined;
  };
  clone = await pushed(released, { name: `${ORG}/${UMBRELLA}`, token: OWNER.token });
});

afterEach(() => github.stop());

/** Puts an umbrella on the host; gives its owner's clone of it, with its tags. */
async function pushed(from: Clone, to: { name: string; token: string }): Promise<Clone> {
  const bare = await github.host.create(to.name);
  await from.git.run('push', '--quiet', bare.folder, 'HEAD:refs/heads/main');
  const folder = join(folders.next(), 'a clone');
  await from.git.run('clone', '--quiet', from.folder, folder);
  const owned = new Clone(folder, { ...TEST_ENV, GITHUB_TOKEN: to.token });
  await owned.git.run('remote', 'set-url', 'origin', `${github.host.url}/${to.name}.git`);
  return owned;
}

function command(...more: string[]): string[] {
  return ['publish', '--org', ORG, '--api-url', github.apiUrl, '--remote-base', github.host.url, ...more];
}

/** Checks that nothing changed on the remotes and here. */
async function expectStopped(says: RegExp, run: () => Promise<Ran>): Promise<void> {
  const [before, counted] = [await clone.fingerprint(), changes];
  const { code, err } = await run();
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
  expect(err).toMatch(/\n {2}next: ./);
  expect(changes).toBe(counted);
  expect(await clone.fingerprint()).toBe(before);
}

test('each library gets a repository, and the umbrella a pull request; the second time all of it is there', async () => {
  const before = await clone.fingerprint();
  const dry = await clone.did<PublishReport>(...command());
  expect(dry.steps.every(({ state }) => state === 'to do')).toBe(true);
  expect(changes).toBe(0);

  await clone.did(...command('--yes'));
  expect(await clone.fingerprint()).toBe(before);
  for (const library of LIBRARIES) {
    const path = `/repos/${ORG}/${library}`;
    expect(await github.api(path)).toMatchObject({ description: `${library} for a test`, has_wiki: false });
    expect(await github.api(`${path}/topics`)).toEqual({ names: ['tau', 'agents', 'runtime', library] });
    const labels = await github.api<{ name: string }[]>(`${path}/labels`);
    expect(labels.map(({ name }) => name)).toEqual(expect.arrayContaining(['bug', 'contract', 'breaking']));
    expect(await github.api(`${path}/branches/main/protection`)).toMatchObject({
      allow_force_pushes: { enabled: false },
      allow_deletions: { enabled: false },
    });
    const bare = github.host.bare(`${ORG}/${library}`);
    const tag = `refs/tags/${library}@v0.1.0`;
    expect(await bare.run('rev-parse', 'refs/heads/main', tag)).toBe(
      await clone.git.run('rev-parse', `${tag}^{commit}`, tag),
    );
  }
  const [pull, ...others] = await github.api<{ base: { ref: string }; head: { label: string } }[]>(
    `/repos/${ORG}/${UMBRELLA}/pulls`,
  );
  expect(others).toEqual([]);
  expect([pull?.base.ref, pull?.head.label]).toEqual(['main', `${ORG}:publish-${ORG}`]);

  const counted = changes;
  expect((await clone.umbrella(...command('--yes'))).out).toContain('all of it is there');
  expect(changes).toBe(counted);
});

test('once the pull request is merged, a clone over http gets each library from its own repository', async () => {
  const url = `${github.host.url}/${ORG}/${UMBRELLA}.git`;
  const recursive = async (): Promise<Clone> => {
    const folder = join(folders.next(), 'with its pins');
    await clone.git.run('clone', '--quiet', '--recurse-submodules', url, folder);
    return new Clone(folder, TEST_ENV);
  };
  const pinUrl = (one: Clone): Promise<string> =>
    one.git.at(join(one.folder, 'pins/tau-core')).run('remote', 'get-url', 'origin');
  const before = await recursive();
  expect(await pinUrl(before)).toBe(`${url}/`);

  await clone.did(...command('--yes'));
  await github.host.bare(`${ORG}/${UMBRELLA}`).run('update-ref', 'refs/heads/main', `refs/heads/publish-${ORG}`);
  const after = await recursive();
  expect(await pinUrl(after)).toBe(`${github.host.url}/${ORG}/tau-core.git`);
  for (const one of [before, after]) {
    await one.did('tags', '--yes');
    await one.did('verify');
    for (const library of LIBRARIES) {
      expect(readFileSync(join(one.folder, 'pins', library, 'package.json'), 'utf8')).toContain(`"name": "${library}"`);
    }
  }
  expect(await after.git.run('submodule', 'status')).toMatch(/ pins\/tau-core \(tau-core@v0\.1\.0\)/);
  await after.did('init', '--yes');
  expect(await after.git.run('status', '--porcelain')).toBe('');
});

test('over ssh, a clone gets its pins from the umbrella itself', async () => {
  // What ssh would run on the host is run here, in the folder of its repositories.
  const ssh = join(folders.next(), 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nfor last; do :; done\ncd '${github.host.folder}' && exec sh -c "$last"\n`, {
    mode: 0o755,
  });
  const one = new Clone(join(folders.next(), 'by ssh'), { ...TEST_ENV, GIT_SSH: ssh, GIT_SSH_VARIANT: 'ssh' });
  const url = `git@example.org:${ORG}/${UMBRELLA}.git`;
  await one.git.at('.').run('clone', '--quiet', '--recurse-submodules', url, one.folder);
  expect(await one.git.at(join(one.folder, 'pins/tau-core')).run('remote', 'get-url', 'origin')).toBe(`${url}/`);
  await one.did('tags', '--yes');
  await one.did('verify');
});

test('from a fork, the branch goes to the fork and the pull request to the umbrella', async () => {
  await github.api(`/repos/${ORG}/${UMBRELLA}/forks`, { method: 'POST', body: {}, token: FORKER.token });
  clone = await pushed(released, { name: `${FORKER.login}/${UMBRELLA}`, token: FORKER.token });
  await clone.did(...command('--yes'));
  const [pull] = await github.api<{ head: { label: string } }[]>(`/repos/${ORG}/${UMBRELLA}/pulls`);
  expect(pull?.head.label).toBe(`${FORKER.login}:publish-${ORG}`);
  const branch = await github.host.bare(`${FORKER.login}/${UMBRELLA}`).run('show', `publish-${ORG}:.gitmodules`);
  expect(branch).toContain('url = ../tau-core.git');
  expect(await github.host.bare(`${ORG}/${UMBRELLA}`).ask('rev-parse', `refs/heads/publish-${ORG}`)).toBeUndefined();
});

test('when every run is cut off after one more change, the same command still gets to the end', async () => {
  const one = await fixture('fresh', folders);
  await one.did('release', 'tau-core', '--first', '0.1.0', '--yes');
  await one.did('pin', 'tau-core', '--yes');
  await one.git.run(
    'push',
    '--quiet',
    '--force',
    github.host.bare(`${ORG}/${UMBRELLA}`).folder,
    'HEAD:refs/heads/main',
  );
  const mine = new Clone(one.folder, { ...TEST_ENV, GITHUB_TOKEN: OWNER.token });
  // The change is made and its answer lost: what an interruption leaves behind at its worst.
  github.host.gate = (request, path) => (isChange(request, path) ? 'cut after' : undefined);
  const run = (): Promise<Ran> => mine.umbrella(...command('--umbrella', UMBRELLA, '--yes'));
  let runs = 1;
  for (let ran = await run(); ran.code !== 0; ran = await run()) {
    expect(ran.err).toMatch(/next: .*run the same command again: it goes on where it was/);
    expect(runs).toBeLessThan(20);
    runs += 1;
  }
  // Eleven changes for the library, of which seven are labels, two for the umbrella, and a run that finds it all there.
  expect(runs).toBe(14);
  expect(await github.api(`/repos/${ORG}/tau-core/labels?per_page=100`)).toHaveLength(7);
  expect(await github.api(`/repos/${ORG}/${UMBRELLA}/pulls`)).toHaveLength(1);
});

test('a remote that refuses the push stops the command, which goes on when it does not any more', async () => {
  const hook = join((await github.host.create(`${ORG}/tau-core`)).folder, 'hooks', 'pre-receive');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "not today" >&2\nexit 1\n', { mode: 0o755 });
  const { code, err } = await clone.umbrella(...command('--yes'));
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/tau-core\.git refused the push: .*not today[\s\S]*next: .*the same command again/),
  });
  writeFileSync(hook, '#!/bin/sh\n');
  await clone.did(...command('--yes'));
});

test("what stands in a library's repository already is never overwritten", async () => {
  await clone.did(...command('--yes'));
  const bare = github.host.bare(`${ORG}/tau-core`);
  const [main, tag] = ['refs/heads/main', 'refs/tags/tau-core@v0.1.0'];
  const foreign = await bare.feed('', ['commit-tree', 'HEAD^{tree}', '-m', 'from elsewhere']);
  await bare.run('update-ref', main, foreign);
  await expectStopped(/main of .*tau-core\.git \(\w+\) is not part of tau-core's history here/, () =>
    clone.umbrella(...command('--yes')),
  );
  await bare.run('update-ref', main, 'refs/tags/tau-core@v0.1.0^{commit}');
  await bare.run('update-ref', tag, foreign);
  await expectStopped(/tau-core\.git has tau-core@v0\.1\.0 on \w+, and its release is \w+/, () =>
    clone.umbrella(...command('--yes')),
  );
});

test('what can be wrong beforehand stops before anything was changed', async () => {
  const run =
    (env: NodeJS.ProcessEnv, ...args: string[]) =>
    () =>
      new Clone(clone.folder, { ...clone.env, ...env }).umbrella(...args);
  await expectStopped(/there is no token for GitHub/, run({ GITHUB_TOKEN: '' }, ...command('--yes')));
  await expectStopped(/shows olga no organization "nobody"/, () =>
    clone.umbrella(...command('--yes', '--org', 'nobody')),
  );
  await expectStopped(/127\.0\.0\.1:9 did not tell whose token this is/, () =>
    clone.umbrella(...command('--yes', '--api-url', 'http://127.0.0.1:9')),
  );
  await expectStopped(/127\.0\.0\.1:9\/octo\/tau\.git does not answer/, () =>
    clone.umbrella(...command('--yes', '--remote-base', 'http://127.0.0.1:9')),
  );
  await expectStopped(/other\.git does not answer/, () => clone.umbrella(...command('--yes', '--umbrella', 'other')));
  await clone.commit('docs: not pushed', { 'README.md': 'more' });
  await expectStopped(/HEAD is ahead of main at .*tau\.git by 1: what is not pushed/, () =>
    clone.umbrella(...command('--yes')),
  );
  await clone.git.run('reset', '--quiet', '--hard', 'HEAD^');
  const bare = github.host.bare(`${ORG}/${UMBRELLA}`);
  const more = await bare.feed('more', ['commit-tree', 'main^{tree}', '-p', 'main']);
  await bare.run('update-ref', 'refs/heads/main', more);
  await expectStopped(/main of .*tau\.git has commits that are not here/, () => clone.umbrella(...command('--yes')));
  await clone.git.run('reset', '--quiet', '--hard', 'HEAD^');
  await expectStopped(/nothing is pinned/, () => clone.umbrella(...command('--yes')));
});

test('an API that refuses says what, and to whom', async () => {
  const refusing = (status: number, path: RegExp): void => {
    github.host.gate = (request, at) =>
      path.test(at) && (status === 401 || request.method !== 'GET') ? status : undefined;
  };
  refusing(401, /\/api\//);
  await expectStopped(/does not take the token/, () => clone.umbrella(...command('--yes')));
  refusing(403, /\/api\/orgs\/octo\/repos$/);
  await expectStopped(/the token may not create octo\/tau-core: .*\n {2}next: give it the right/, () =>
    clone.umbrella(...command('--yes')),
  );
  refusing(500, /\/api\/orgs\/octo\/repos$/);
  await expectStopped(/did not create octo\/tau-core/, () => clone.umbrella(...command('--yes')));
});
