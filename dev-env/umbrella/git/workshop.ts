import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '../../src/harness/owned.ts';
import { Stop } from '../stop.ts';
import { type Git, GitError } from './git.ts';
import { type Entry, entryOf } from './objects.ts';

/** Settings of the user that decide how commits and tags are made. */
const CARRIED = '^(user|author|committer|gpg|commit|tag)\\.';

/** What a workshop begins with: the user's newest commit, the kind of its ids, and the folder of its objects. */
interface Store {
  readonly head: string;
  readonly format: string;
  readonly objects: string;
}

/**
 * A repository in a temporary folder that sees all objects and tags of the user's one. What a command makes is made here; the
 * user's branch, index and work tree change in one step at the end, when all of it has gone well, or never.
 */
export class Workshop implements Disposable {
  readonly git: Git;
  /** For temporary files beside the repository. */
  readonly folder: string;
  readonly #source: Git;
  readonly #store: Store;
  #head: string;

  private constructor(source: Git, folder: string, store: Store) {
    this.#source = source;
    this.folder = folder;
    this.git = source.at(join(folder, 'umbrella'), true);
    this.#store = store;
    this.#head = store.head;
  }

  static async open(source: Git): Promise<Workshop> {
    const folder = mkdtempSync(join(tmpdir(), 'tau-umbrella-'));
    ownFolder(folder);
    const questions = ['--show-object-format', '--path-format=absolute', '--git-path', 'objects'];
    const [head = '', format = '', objects = ''] = (await source.run('rev-parse', 'HEAD', ...questions)).split('\n');
    const workshop = new Workshop(source, folder, { head, format, objects });
    const refs = new Map([['refs/heads/main', head]]);
    const tags = await source.run('for-each-ref', '--format=%(refname) %(objectname)', 'refs/tags');
    for (const line of tags.split('\n').filter((one) => one !== '')) {
      const [ref = '', id = ''] = line.split(' ');
      refs.set(ref, id);
    }
    await workshop.repository('umbrella', refs);
    const carried = await source.ask('config', '-z', '--get-regexp', CARRIED);
    for (const entry of (carried ?? '').split('\0').filter((line) => line !== '')) {
      const [name = '', ...value] = entry.split('\n');
      await workshop.git.run('config', '--add', name, value.join('\n'));
    }
    return workshop;
  }

  /** The newest commit made here. */
  get head(): string {
    return this.#head;
  }

  /** Makes a repository in this folder that sees the same objects and has these refs. */
  async repository(name: string, refs: ReadonlyMap<string, string>, isBare = false): Promise<Git> {
    const git = this.#source.at(join(this.folder, name), true);
    mkdirSync(git.folder);
    const options = [`--object-format=${this.#store.format}`, ...(isBare ? ['--bare'] : [])];
    await git.run('init', '--quiet', '--template=', '--initial-branch=main', ...options);
    const objects = isBare ? join(git.folder, 'objects') : join(git.folder, '.git', 'objects');
    const others = [this.#store.objects, join(this.git.folder, '.git', 'objects')].filter((one) => one !== objects);
    mkdirSync(join(objects, 'info'), { recursive: true });
    writeFileSync(join(objects, 'info', 'alternates'), others.map((folder) => `${folder}\n`).join(''));
    const creations = [...refs].map(([ref, id]) => `create ${ref} ${id}\n`);
    await git.feed(creations.join(''), ['update-ref', '--stdin']);
    return git;
  }

  /**
   * Commits these files on top of `head`; every other file stays. A text becomes a file, an entry stands as it is.
   * With a date, the same commit is made whenever it is made.
   */
  async commit(message: string, files: ReadonlyMap<string, string | Entry>, date?: string): Promise<void> {
    await this.git.run('read-tree', this.#head);
    for (const [path, content] of files) {
      const { mode, id } = typeof content === 'string' ? await this.#write(path, content) : content;
      await this.git.run('update-index', '--add', '--cacheinfo', `${mode},${id},${path}`);
    }
    const env = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    await this.#advance(await this.git.run('write-tree'), [this.#head], message, env);
  }

  /** Merges another history without taking anything from its tree. */
  async mergeOurs(message: string, other: string): Promise<void> {
    await this.#advance(`${this.#head}^{tree}`, [this.#head, other], message);
  }

  /**
   * Brings the commits and the tags made here into the user's repository: first the objects, which nobody sees, then
   * the branch with its work tree, then the tags. After an interruption the manifest on the branch tells which tags
   * are missing.
   */
  async deliver(tags: readonly string[]): Promise<void> {
    const settings = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
    // By itself, git would look for the new pins at the remotes of submodules that were checked out once.
    const fetch = [...settings, 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    await this.#source.run(...fetch, this.git.folder, 'refs/heads/main');
    if ((await this.#source.run('rev-parse', 'HEAD')) !== this.#store.head) {
      throw new Stop('HEAD moved while this command ran; nothing was changed', 'run it again');
    }
    try {
      const merge = ['-c', 'submodule.recurse=false', 'merge', '--quiet', '--ff-only', '--no-verify-signatures'];
      await this.#source.run(...merge, this.#head);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new Stop(
        `the work tree could not be brought to the new commit: ${error.message}`,
        'mend that, and run it again',
      );
    }
    if (tags.length === 0) return;
    await this.#source.run(...fetch, this.git.folder, ...tags.map((tag) => `refs/tags/${tag}:refs/tags/${tag}`));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #write(path: string, text: string): Promise<Entry> {
    const mode = (await entryOf(this.git, this.#head, path))?.mode ?? '100644';
    return { mode, id: await this.git.feed(text, ['hash-object', '-w', '--stdin']) };
  }

  async #advance(
    tree: string,
    parents: readonly string[],
    message: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const signed = (await this.git.ask('config', '--type=bool', 'commit.gpgSign')) === 'true' ? ['-S'] : [];
    const args = ['commit-tree', ...signed, ...parents.flatMap((parent) => ['-p', parent]), tree];
    this.#head = await this.git.feed(message, args, env);
    await this.git.run('update-ref', 'refs/heads/main', this.#head);
  }
}
