import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TauError, tauError } from 'tau-core';
import { conflict } from './memory-store.js';
import { batchLine, RunFile } from './run-file.js';
import type { RunAppend, RunStore, StoredFrame, StoredRecord, StoredRun } from './run-store.js';

export interface FileStoreOptions {
  /** A folder; made if it is not there. */
  readonly path: string;
}

/** Files whose places of lines are known, and that are kept open: the others are read again when they are needed. */
const FILES_KEPT = 256;

const EXTENSION = '.jsonl';

/**
 * Runs in a folder: a file of JSON lines for each, where each line is one append, flushed by `fdatasync`. A line that a crash cut
 * off is taken away by the next append. Several processes may have the folder; of two that write to one run, the one whose
 * line comes first has it.
 */
export function fileStore({ path }: FileStoreOptions): RunStore {
  return new FileStore(path);
}

class FileStore implements RunStore {
  readonly #folder: string;
  readonly #files = new Map<string, RunFile>();
  readonly #opening = new Map<string, Promise<RunFile | undefined>>();
  readonly #users = new Map<string, number>();
  readonly #defined = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  append(append: RunAppend): Promise<void> {
    return this.#using(append.runId, async () => {
      const { runId, expectedSeq, header, definition } = append;
      if (definition !== undefined) await this.#define(definition.key, definition.text);
      const file = header === undefined ? await this.#known(runId) : await this.#made(append);
      if (file === undefined || file.lastSeq !== expectedSeq) throw conflict(runId, expectedSeq, file?.lastSeq);
      if (await file.write(batchLine(append))) return;
      this.#files.delete(runId);
      await file.close();
      throw conflict(runId, expectedSeq, (await this.#read(runId))?.lastSeq);
    });
  }

  find(runId: string): Promise<StoredRun | undefined> {
    return this.#using(runId, async () => {
      const file = await this.#read(runId);
      return file && { runId, header: file.header, status: file.status, lastSeq: file.lastSeq };
    });
  }

  definition(key: string): Promise<string | undefined> {
    return this.#guarded(async () => unlessAbsent(readFile(this.#definitionPath(key), 'utf8')));
  }

  records(runId: string, fromSeq: number, toSeq: number): Promise<readonly StoredRecord[]> {
    return this.#using(runId, async () => (await this.#read(runId))?.records(fromSeq, toSeq) ?? []);
  }

  frames(runId: string, seqs: readonly number[]): Promise<readonly StoredFrame[]> {
    return this.#using(runId, async () => (await this.#read(runId))?.frames(seqs) ?? []);
  }

  list(after: string, runsMax: number): Promise<readonly StoredRun[]> {
    return this.#guarded(async () => {
      const names = (await unlessAbsent(readdir(this.#folder))) ?? [];
      const ids = names.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
      const runs: StoredRun[] = [];
      for (const id of ids.filter((name) => name > after).sort()) {
        if (runs.length >= runsMax) break;
        const run = await this.find(id);
        if (run !== undefined) runs.push(run);
      }
      return runs;
    });
  }

  delete(runId: string): Promise<void> {
    return this.#using(runId, async () => {
      await this.#files.get(runId)?.close();
      this.#files.delete(runId);
      await rm(this.#path(runId), { force: true });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await Promise.all([...this.#files.values()].map((file) => file.close()));
    this.#files.clear();
  }

  /** The file as it was last known: a writer must not take what another one wrote meanwhile for its own. */
  async #known(runId: string): Promise<RunFile | undefined> {
    return this.#files.get(runId) ?? (await this.#read(runId));
  }

  /** The file as it is now. */
  async #read(runId: string): Promise<RunFile | undefined> {
    const file = this.#files.get(runId) ?? (await this.#opened(runId));
    if (file === undefined) return undefined;
    this.#keep(runId, file);
    await file.refresh();
    return file.hasHeader ? file : undefined;
  }

  /** Once, for all who ask at the same time. */
  #opened(runId: string): Promise<RunFile | undefined> {
    const known = this.#opening.get(runId);
    if (known !== undefined) return known;
    const opening = RunFile.open(this.#path(runId)).finally(() => this.#opening.delete(runId));
    this.#opening.set(runId, opening);
    return opening;
  }

  async #made({ runId, expectedSeq }: RunAppend): Promise<RunFile> {
    await mkdir(this.#folder, { recursive: true });
    const found = await this.#read(runId);
    if (found !== undefined) throw conflict(runId, expectedSeq, found.lastSeq);
    // What is left of a run that was being made as its process died.
    await this.#files.get(runId)?.close();
    await unlessAbsent(unlink(this.#path(runId)));
    const file = await RunFile.make(this.#path(runId));
    if (file === undefined) throw conflict(runId, expectedSeq, (await this.#read(runId))?.lastSeq);
    await syncFolder(this.#folder);
    this.#keep(runId, file);
    return file;
  }

  #keep(runId: string, file: RunFile): void {
    this.#files.delete(runId);
    this.#files.set(runId, file);
    for (const [id, oldest] of this.#files) {
      if (this.#files.size <= FILES_KEPT) return;
      if (this.#users.has(id)) continue;
      this.#files.delete(id);
      void oldest.close();
    }
  }

  async #define(key: string, text: string): Promise<void> {
    if (this.#defined.has(key)) return;
    const folder = join(this.#folder, 'definitions');
    await mkdir(folder, { recursive: true });
    const path = this.#definitionPath(key);
    // It may be there for other runs, whom a crash in the middle of writing it again must not take it from.
    if ((await unlessAbsent(readFile(path, 'utf8'))) !== text) await replaceFile(path, text);
    await syncFolder(folder);
    await syncFolder(this.#folder);
    this.#defined.add(key);
  }

  /** While a run is in use its file stays open, and so does the store. */
  #using<Answer>(runId: string, act: () => Promise<Answer>): Promise<Answer> {
    const use = this.#used(runId, act);
    this.#underWay.add(use);
    const isOver = (): void => void this.#underWay.delete(use);
    use.then(isOver, isOver);
    return use;
  }

  async #used<Answer>(runId: string, act: () => Promise<Answer>): Promise<Answer> {
    this.#users.set(runId, (this.#users.get(runId) ?? 0) + 1);
    try {
      return await this.#guarded(act);
    } finally {
      const others = (this.#users.get(runId) ?? 1) - 1;
      if (others > 0) this.#users.set(runId, others);
      else this.#users.delete(runId);
    }
  }

  async #guarded<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    if (this.#isClosed) throw tauError('JOURNAL_ABSENT', `the store ${this.#folder} was closed`);
    try {
      return await act();
    } catch (thrown) {
      if (thrown instanceof TauError) throw thrown;
      throw tauError('JOURNAL_FAILED', `${this.#folder}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }

  #path(runId: string): string {
    return join(this.#folder, `${runId}${EXTENSION}`);
  }

  #definitionPath(key: string): string {
    return join(this.#folder, 'definitions', `${key}.json`);
  }
}

/** A new file is there after a crash once its folder is written too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whole or not at all. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
