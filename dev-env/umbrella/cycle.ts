// The whole way of a change, on this repository and nothing else: `make cycle`. A contributor changes a library in a
// fork; it is released, pinned, verified and published to repositories on this machine, over http; a stranger clones
// all of it, builds it and runs the demo. It prints what it did, and ends with 1 when a step failed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { Clone, Folders, TEST_ENV } from './testing/sandbox.ts';
import { FORKER, ORG, OWNER, TestGithub, UMBRELLA } from './testing/test-github.ts';

const folders = new Folders();
const github = await TestGithub.start(folders.next());
const started = performance.now();

/** Says what is done, and how long it took since the start when it is. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const result = await work();
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  return result;
}

/** Runs a command of the umbrella and prints what it says, indented. */
async function umbrella(clone: Clone, ...args: string[]): Promise<void> {
  const { code, out, err } = await clone.umbrella(...args);
  console.log(`          $ npm run umbrella -- ${args.join(' ')}`);
  for (const line of `${out}${err}`.trimEnd().split('\n')) console.log(`            ${line}`.trimEnd());
  if (code !== 0) throw new Error(`"umbrella ${args[0]}" ended with code ${code}`);
}

/** Runs a command of a clone's Makefile as a stranger does. */
async function make(clone: Clone, target: string): Promise<void> {
  const { code } = await run('make', [target], { cwd: clone.folder, show: true });
  if (code !== 0) throw new Error(`"make ${target}" ended with code ${code}`);
}

async function cloneOf(name: string, person: { login: string; token: string }, ...options: string[]): Promise<Clone> {
  const env = {
    ...TEST_ENV,
    GITHUB_TOKEN: person.token,
    GIT_AUTHOR_NAME: person.login,
    GIT_COMMITTER_NAME: person.login,
  };
  const clone = new Clone(join(folders.next(), UMBRELLA), env);
  await clone.git.at(ROOT).run('clone', '--quiet', ...options, `${github.host.url}/${name}.git`, clone.folder);
  const basic = Buffer.from(`x-access-token:${person.token}`).toString('base64');
  await clone.git.run('config', 'http.extraHeader', `Authorization: Basic ${basic}`);
  return clone;
}

async function cycle(): Promise<void> {
  const here = new Clone(ROOT);
  const upstream = await step('this repository on a host of its own, and a fork of it', async () => {
    const bare = await github.host.create(`${ORG}/${UMBRELLA}`);
    await here.git.run('push', '--quiet', bare.folder, 'HEAD:refs/heads/main');
    await github.api(`/repos/${ORG}/${UMBRELLA}/forks`, { method: 'POST', body: {}, token: FORKER.token });
    await here.git.run(
      'push',
      '--quiet',
      (await github.host.create(`${FORKER.login}/${UMBRELLA}`)).folder,
      'HEAD:refs/heads/main',
    );
    return bare;
  });
  const fork = await step('a contributor commits "fix(tau-core): ..." in the fork', async () => {
    const clone = await cloneOf(`${FORKER.login}/${UMBRELLA}`, FORKER);
    const index = readFileSync(join(clone.folder, 'tau-core/src/index.ts'), 'utf8');
    await clone.commit('fix(tau-core): a door that says hello', { 'tau-core/src/index.ts': `// Hello.\n${index}` });
    await clone.git.run('push', '--quiet', 'origin', 'HEAD:main');
    return clone;
  });
  const manager = await step('the release manager merges it', async () => {
    const clone = await cloneOf(`${ORG}/${UMBRELLA}`, OWNER, '--no-tags');
    await clone.git.run('pull', '--quiet', '--no-ff', '--no-edit', '--no-tags', fork.folder, 'main');
    return clone;
  });
  await step('released', async () => {
    await umbrella(manager, 'tags', '--yes');
    await umbrella(manager, 'release', '--all', '--first', '0.1.0', '--yes');
  });
  await step('pinned, verified, pushed', async () => {
    await umbrella(manager, 'bump', '--yes');
    await umbrella(manager, 'verify');
    await manager.git.run('push', '--quiet', 'origin', 'HEAD:main');
  });
  await step('published, and the pull request merged', async () => {
    await umbrella(
      manager,
      'publish',
      '--org',
      ORG,
      '--api-url',
      github.apiUrl,
      '--remote-base',
      github.host.url,
      '--yes',
    );
    await upstream.run('update-ref', 'refs/heads/main', `refs/heads/publish-${ORG}`);
  });
  const stranger = await step('a stranger clones it with --recurse-submodules', async () => {
    const clone = await cloneOf(`${ORG}/${UMBRELLA}`, FORKER, '--recurse-submodules');
    console.log((await clone.git.run('submodule', 'status')).replaceAll(/^/gm, '          '));
    await umbrella(clone, 'tags', '--yes');
    await umbrella(clone, 'verify');
    const missing = LIBRARIES.filter(
      (library) => !readFileSync(join(clone.folder, 'pins', library, 'package.json'), 'utf8'),
    );
    if (missing.length > 0) throw new Error(`no pin of ${missing.join(', ')}`);
    return clone;
  });
  await step('built', () => make(stranger, 'build'));
  await step('the demo ran', () => make(stranger, 'demo'));
}

try {
  await cycle();
} catch (error) {
  console.error(`cycle: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await github.stop();
  folders.remove();
}
