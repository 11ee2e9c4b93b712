import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '../../src/harness/owned.ts';
import { Stop } from '../stop.ts';
import { type Git, GitError } from './git.ts';
import { type Entry, entryOf } from './objects.ts';

/** Settings of the user that decide how commits and tags are made. */
const CARRIED = '^(user|author|committer|gpg|commit|tag)\\.';

/**
 * A repository in a temporary folder that sees all objects and tags of the user's one. What a command makes is made here; the
 * user's branch, index and work tree change in one step at the end, when all of it has gone well, or never.
 */
export class Workshop implements Disposable {
  readonly git: Git;
  /** For temporary files beside the repository. */
  readonly folder: string;
  readonly #source: Git;
  readonly #start: string;
  #head: string;

  private constructor(source: Git, folder: string, head: string) {
    this.#source = source;
    this.folder = folder;
    this.git = source.at(join(folder, 'umbrella'), true);
    this.#start = head;
    this.#head = head;
  }

  static async open(source: Git): Promise<Workshop> {
    const folder = mkdtempSync(join(tmpdir(), 'tau-umbrella-'));
    ownFolder(folder);
    const head = await source.run('rev-parse', 'HEAD');
    const workshop = new Workshop(source, folder, head);
    await workshop.repository('umbrella', head);
    const tags = await source.run('for-each-ref', '--format=create %(refname) %(objectname)', 'refs/tags');
    if (tags !== '') await workshop.git.feed(`${tags}\n`, ['update-ref', '--stdin']);
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

  /** Makes another repository beside this one that sees the same objects, with `head` on its branch main. */
  async repository(name: string, head: string, ...options: string[]): Promise<Git> {
    const git = this.#source.at(join(this.folder, name), true);
    mkdirSync(git.folder);
    const format = await this.#source.run('rev-parse', '--show-object-format');
    await git.run('init', '--quiet', '--template=', '--initial-branch=main', `--object-format=${format}`, ...options);
    const objects = name === 'umbrella' ? this.#source : this.git;
    const alternate = await objects.run('rev-parse', '--path-format=absolute', '--git-path', 'objects');
    const own = await git.run('rev-parse', '--path-format=absolute', '--git-path', 'objects');
    mkdirSync(join(own, 'info'), { recursive: true });
    writeFileSync(join(own, 'info', 'alternates'), `${alternate}\n`);
    await git.run('update-ref', 'refs/heads/main', head);
    return git;
  }

  /**
   * Commits these files on top of `head`; every other file stays. A text becomes a file, an entry stands as it is.
   * With a date, the same commit is made whenever it is made.
   */
  async commit(message: string, files: ReadonlyMap<string, string | Entry>, date?: string): Promise<void> {
    await this.git.run('read-tree', this.#head);
    for (const [path, content] of files) {
      const { mode, id } = typeof content === 'string' ? await this.#store(path, content) : content;
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
    if ((await this.#source.run('rev-parse', 'HEAD')) !== this.#start) {
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

  async #store(path: string, text: string): Promise<Entry> {
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
