import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { tauError } from 'tau-core';
import { programOfFile } from './definition-program.js';

/** A workflow's source is configuration written by people; more than this is a mistake. */
const SOURCE_BYTES_MAX = 1024 * 1024;
/** Files of one folder; the rest is left out and told. */
const FILES_MAX = 1_000;

/** A file of the folder: its source, or why it has none. */
export type WorkflowFile =
  | { readonly name: string; readonly source: string }
  | { readonly name: string; readonly problem: string };

/**
 * A folder of definitions: workflows (`*.yml`, `*.yaml`), flows, schedules and hubs (`*.flow.json`, `*.schedule.json`,
 * `*.hub.json`), and of its sub-folders those that are a composite action (`<name>/action.yml`).
 */
export class WorkflowFolder {
  /** What the names of its definitions begin with: the folder as given, so that they are stable, e.g. `.tau/workflows/`. */
  readonly prefix: string;
  readonly #folder: string;
  #watcher: FSWatcher | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    const normal = posix.normalize(folder).replace(/\/+$/, '');
    this.prefix = normal === '.' ? '' : `${normal}/`;
  }

  /**
   * The files as they are now, by name.
   *
   * @throws TauError CONFIG_INVALID when the folder cannot be read.
   */
  async scan(): Promise<readonly WorkflowFile[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch((thrown: unknown) => {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const advice = 'make it, or name another with --workflows';
      throw tauError('CONFIG_INVALID', `the workflow folder cannot be read (${reason}): ${advice}`);
    });
    const files = entries.filter((entry) => !entry.isDirectory() && programOfFile(entry.name) !== undefined);
    const actions = await Promise.all(
      entries.filter((entry) => entry.isDirectory()).map(({ name }) => this.#actionIn(name)),
    );
    const names = [...files.map(({ name }) => name), ...actions.flat()].sort();
    const read = await Promise.all(names.slice(0, FILES_MAX).map((name) => this.#read(name)));
    const left = names
      .slice(FILES_MAX)
      .map((name) => this.#problem(name, `the folder has more than ${FILES_MAX} files`));
    return [...read, ...left];
  }

  /**
   * Calls back when something in the folder may have changed, now and then once too often. Watching ends by itself
   * when the folder goes away; calling this again starts it anew. Does nothing while it watches.
   */
  watch(onChange: () => void): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(this.#folder, onChange);
      watcher.on('error', () => this.close());
      this.#watcher = watcher;
    } catch {
      // The folder cannot be watched, or is not there now: scans find what changes.
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** The file of a sub-folder that is a composite action; none for other folders. */
  async #actionIn(folder: string): Promise<readonly string[]> {
    const names = await readdir(join(this.#folder, folder)).catch(() => []);
    return names.filter((name) => name === 'action.yml' || name === 'action.yaml').map((name) => `${folder}/${name}`);
  }

  async #read(name: string): Promise<WorkflowFile> {
    const path = join(this.#folder, name);
    try {
      const { size } = await stat(path);
      if (size > SOURCE_BYTES_MAX) return this.#problem(name, `${size} bytes: the limit is ${SOURCE_BYTES_MAX}`);
      return { name: `${this.prefix}${name}`, source: await readFile(path, 'utf8') };
    } catch (thrown) {
      return this.#problem(name, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #problem(name: string, problem: string): WorkflowFile {
    return { name: `${this.prefix}${name}`, problem };
  }
}
