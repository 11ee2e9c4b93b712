import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownFolder } from '../../src/harness/owned.ts';
import { runUmbrella } from '../cli/umbrella.ts';
import { Git } from '../git/git.ts';
import type { Manifest } from '../model/manifest.ts';

/** Git with one identity and none of the machine's settings. */
export const TEST_ENV: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  TMPDIR: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  // New repositories without examples of hooks: they are copied often.
  GIT_TEMPLATE_DIR: '',
  GIT_AUTHOR_NAME: 'Rita Release',
  GIT_AUTHOR_EMAIL: 'rita@example.org',
  GIT_COMMITTER_NAME: 'Rita Release',
  GIT_COMMITTER_EMAIL: 'rita@example.org',
};

/** The libraries of the throw-away umbrella, each after those that it needs. */
export const LIBRARIES = ['tau-core', 'tau-orchestrate', 'tau-ext-local'] as const;

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A clone of the throw-away umbrella, and what a person does in it. */
export class Clone {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly git: Git;

  constructor(folder: string, env: NodeJS.ProcessEnv = TEST_ENV) {
    this.folder = folder;
    this.env = env;
    this.git = new Git(folder, env);
  }

  /** Writes files without committing them. */
  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  /** Writes files and commits everything; the new commit's id. */
  async commit(message: string, files: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
    this.write(files);
    await this.git.run('add', '--all');
    await this.git.run('commit', '--quiet', '--allow-empty', '--message', message);
    return this.head();
  }

  head(): Promise<string> {
    return this.git.run('rev-parse', 'HEAD');
  }

  /** Runs a command of the umbrella in this clone. */
  async umbrella(...args: string[]): Promise<Ran> {
    let [out, err] = ['', ''];
    const code = await runUmbrella(args, {
      folder: this.folder,
      env: this.env,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  }

  /** As `umbrella`, for a command that has to succeed; what it reports with `--json`. */
  async did<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { code, out, err } = await this.umbrella(...args, '--json');
    if (code !== 0) throw new Error(`umbrella ${args.join(' ')} ended with ${code}:\n${out}${err}`);
    return JSON.parse(out) as T;
  }

  async manifest(): Promise<Manifest> {
    return JSON.parse(await this.git.run('show', 'HEAD:pins/manifest.json')) as Manifest;
  }

  /** Everything that a command could have changed: refs, index, files. */
  async fingerprint(): Promise<string> {
    const refs = await this.git.run('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags');
    const status = await this.git.run('status', '--porcelain=v2', '--branch');
    return `${refs}\n${await this.git.run('ls-files', '--stage')}\n${status}`;
  }

  /** A clone of this one, in a folder beside it. */
  async clone(name: string, ...options: string[]): Promise<Clone> {
    const folder = join(dirname(this.folder), name);
    await this.git.run('clone', '--quiet', ...options, this.folder, folder);
    return new Clone(folder, this.env);
  }
}

function packageJson(name: string, needs: readonly string[], more: object = {}): string {
  const dependencies = Object.fromEntries(needs.map((other) => [other, '^0.1.0']));
  const description = `${name} for a test`;
  return `${JSON.stringify({ name, version: '0.1.0', description, ...more, dependencies }, null, 2)}\n`;
}

function lock(workspaces: Readonly<Record<string, readonly string[]>>): string {
  const entries = Object.entries(workspaces).map(([name, needs]) => {
    const dependencies = Object.fromEntries(needs.map((other) => [other, '^0.1.0']));
    return [name, { version: '0.1.0', dependencies }] as const;
  });
  const packages = { '': { name: 'umbrella', workspaces: Object.keys(workspaces) }, ...Object.fromEntries(entries) };
  return `${JSON.stringify({ name: 'umbrella', lockfileVersion: 3, packages }, null, 2)}\n`;
}

/** What each folder of the workspace needs. */
const NEEDS = {
  'tau-core': [],
  'tau-orchestrate': ['tau-core'],
  'tau-ext-local': ['tau-core', 'tau-orchestrate'],
  'dev-env': ['tau-core', 'tau-orchestrate', 'tau-ext-local'],
};

/** A throw-away umbrella of three libraries, with a few commits each and nothing released. */
export async function makeUmbrella(folder: string, env: NodeJS.ProcessEnv = TEST_ENV): Promise<Clone> {
  mkdirSync(folder, { recursive: true });
  const clone = new Clone(folder, env);
  await clone.git.run('init', '--quiet', '--initial-branch=main');
  await clone.commit('chore: umbrella', {
    'package.json': `${JSON.stringify({ name: 'umbrella', private: true, workspaces: Object.keys(NEEDS) }, null, 2)}\n`,
    'package-lock.json': lock(NEEDS),
    'dev-env/package.json': packageJson('tau-dev-env', NEEDS['dev-env'], { private: true }),
    'README.md': '# A throw-away umbrella\n',
  });
  for (const library of LIBRARIES) {
    await clone.commit(`feat(${library}): begin`, {
      [`${library}/package.json`]: packageJson(library, NEEDS[library], { license: 'Apache-2.0', keywords: ['tau'] }),
      [`${library}/src/index.ts`]: `export const name = '${library}';\n`,
      [`${library}/README.md`]: `# ${library}\n`,
    });
  }
  await clone.commit('fix(tau-core): a name that is longer', {
    'tau-core/src/index.ts': "export const name = 'core';\n",
  });
  return clone;
}

/** Folders for one test file: they go away with it. Every test goes through the space in their path. */
export class Folders {
  readonly root: string;
  #count = 0;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'tau umbrella test-'));
    ownFolder(this.root);
  }

  /** A new, empty folder. */
  next(): string {
    this.#count += 1;
    const folder = join(this.root, String(this.#count));
    mkdirSync(folder);
    return folder;
  }

  /** A copy of a clone, remotes and all, in a folder of its own. */
  copy(clone: Clone): Clone {
    const folder = join(this.next(), 'umbrella');
    cpSync(clone.folder, folder, { recursive: true });
    return new Clone(folder, clone.env);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
