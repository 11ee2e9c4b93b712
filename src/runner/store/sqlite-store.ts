import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TauError, tauError } from 'tau-core';
import { conflict } from './memory-store.js';
import type { RunAppend, RunStore, StoredFrame, StoredRecord, StoredRun } from './run-store.js';
import { isOneRecord, openRunDatabase, SqliteRows } from './sqlite-rows.js';

export interface SqliteStoreOptions {
  /** The database's file; its folder must be there. */
  readonly path: string;
  /**
   * `full` (the default): what was appended survives a crash of the machine. `normal`: it survives a crash of the process; one of
   * the machine may lose the last appends, but never leaves half of one.
   */
  readonly sync?: 'full' | 'normal';
}

/** How long one run's appends may keep the event loop from its next turn: some tens of flushes. */
const TURN_MS = 4;

const NONE: ReadonlySet<RunAppend> = new Set();

/**
 * Runs in one SQLite file, with group commit: what all runs append in one turn of the event loop is one transaction, hence one
 * flush to the disk. What a run appends that is alone, and waits for one call at most, is written at once. Several processes may have the file at once.
 *
 * @throws TauError UNSUPPORTED for another program's database, or one of a newer version.
 */
export function sqliteStore({ path, sync = 'full' }: SqliteStoreOptions): RunStore {
  return new SqliteStore(openRunDatabase(path, sync), path);
}

interface Waiting {
  readonly append: RunAppend;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class SqliteStore implements RunStore {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #rows: SqliteRows;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #flush = (): void => {
    this.#turnEndsMs = performance.now() + TURN_MS;
    this.#settle();
  };
  #waiting: Waiting[] = [];
  /** The run whose append was the last group, if it was that alone: nobody else is likely to join its next one. */
  #lone: string | undefined;
  #turnEndsMs = 0;

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
    this.#rows = new SqliteRows(database);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  append(append: RunAppend): Promise<void> | undefined {
    if (!this.#database.isOpen) return Promise.reject(this.#closed());
    if (this.#isAlone(append)) return this.#appendNow(append);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(this.#flush);
      this.#waiting.push({ append, resolve, reject });
    });
  }

  find(runId: string): StoredRun | undefined {
    return this.#read(() => this.#rows.find(runId));
  }

  definition(key: string): string | undefined {
    return this.#read(() => this.#rows.definition(key));
  }

  records(runId: string, fromSeq: number, toSeq: number): readonly StoredRecord[] {
    return this.#read(() => this.#rows.records(runId, fromSeq, toSeq));
  }

  frames(runId: string, seqs: readonly number[]): readonly StoredFrame[] {
    return this.#read(() => this.#rows.frames(runId, seqs));
  }

  list(after: string, runsMax: number): readonly StoredRun[] {
    return this.#read(() => this.#rows.list(after, runsMax));
  }

  delete(runId: string): void {
    this.#read(() => {
      this.#begin.run();
      this.#rows.delete(runId);
      this.#commit.run();
    });
  }

  close(): void {
    if (!this.#database.isOpen) return;
    this.#settle();
    this.#database.close();
  }

  #isAlone({ runId, expectsMore }: RunAppend): boolean {
    if (runId !== this.#lone || expectsMore === true || this.#waiting.length > 0) return false;
    return performance.now() < this.#turnEndsMs;
  }

  #appendNow(append: RunAppend): Promise<void> | undefined {
    try {
      return this.#commitAll([append]).size === 0 ? undefined : Promise.reject(this.#conflict(append));
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  /** Commits what waits; whoever reads sees nothing that may still be lost. */
  #settle(): void {
    const group = this.#waiting;
    const [first] = group;
    if (first === undefined) return;
    this.#waiting = [];
    this.#lone = group.length === 1 ? first.append.runId : undefined;
    let refused: ReadonlySet<RunAppend>;
    try {
      refused = this.#commitAll(group.map(({ append }) => append));
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
      return;
    }
    for (const { append, resolve, reject } of group) {
      if (refused.has(append)) reject(this.#conflict(append));
      else resolve();
    }
  }

  /** Commits these as one, and gives back those that were refused. @throws TauError when none of them is stored. */
  #commitAll(group: readonly RunAppend[]): ReadonlySet<RunAppend> {
    const [first] = group;
    try {
      // One statement is a transaction of its own.
      if (first !== undefined && group.length === 1 && isOneRecord(first)) {
        return this.#rows.extend(first) ? NONE : new Set([first]);
      }
      const refused = new Set<RunAppend>();
      this.#begin.run();
      for (const append of group) if (!this.#rows.write(append)) refused.add(append);
      this.#commit.run();
      return refused;
    } catch (thrown) {
      const error = this.#failure(thrown);
      this.#rollBack();
      throw error;
    }
  }

  #conflict({ runId, expectedSeq }: RunAppend): Error {
    return conflict(runId, expectedSeq, this.#rows.find(runId)?.lastSeq);
  }

  #read<Answer>(answer: () => Answer): Answer {
    if (!this.#database.isOpen) throw this.#closed();
    this.#settle();
    try {
      return answer();
    } catch (thrown) {
      const error = this.#failure(thrown);
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // The next BEGIN fails for the same reason, and says so to its caller.
    }
  }

  #failure(thrown: unknown): TauError {
    if (thrown instanceof TauError) return thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return tauError('JOURNAL_FAILED', `${this.#path}: ${why}`);
  }

  #closed(): TauError {
    return tauError('JOURNAL_ABSENT', `the store ${this.#path} was closed`);
  }
}
