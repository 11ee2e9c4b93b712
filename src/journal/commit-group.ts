import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { sqliteFailure } from './sqlite-failure.js';

/** A transaction that takes no more: bounds how long one commit holds the event loop (tens of milliseconds). */
const GROUP_BYTES_MAX = 4 * 1024 * 1024;

interface OpenGroup {
  readonly committed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Immediate;
  bytes: number;
}

/**
 * Group commit: writes of one turn of the event loop share one transaction, hence one fsync.
 *
 * Owns the connection's transactions. Does not own what is written.
 *
 * 1. A write is in the database when `write` returns, and on disk when its promise resolves.
 * 2. All writes of a group are stored, or none: one that fails fails the group.
 * 3. A group takes `GROUP_BYTES_MAX` bytes, or one write of any size.
 */
export class CommitGroup {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #onLost: () => void;
  #open: OpenGroup | undefined;

  /** `onLost` is called when a group was rolled back: what was read while it was open is no longer true. */
  constructor(database: DatabaseSync, path: string, onLost: () => void) {
    this.#database = database;
    this.#path = path;
    this.#onLost = onLost;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** Runs `change` in the group's transaction; resolves once the group is on disk. */
  write(bytes: number, change: () => void): Promise<void> {
    const group = this.#open ?? openGroup(() => this.settle());
    try {
      if (this.#open === undefined) this.#begin.run();
      this.#open = group;
      change();
    } catch (thrown) {
      this.#open = group;
      this.#lose(thrown);
      return group.committed;
    }
    group.bytes += bytes;
    if (group.bytes >= GROUP_BYTES_MAX) this.settle();
    return group.committed;
  }

  /** Resolves once everything written so far is on disk. */
  committed(): Promise<void> {
    return this.#open?.committed ?? Promise.resolve();
  }

  /** Commits now what is open; its promise tells how that went. */
  settle(): void {
    const group = this.#open;
    if (group === undefined) return;
    try {
      this.#commit.run();
    } catch (thrown) {
      this.#lose(thrown);
      return;
    }
    this.#close(group);
    group.resolve();
  }

  #lose(thrown: unknown): void {
    const group = this.#open;
    if (group === undefined) return;
    this.#close(group);
    this.#rollBack();
    this.#onLost();
    group.reject(sqliteFailure(thrown, this.#path));
  }

  #close(group: OpenGroup): void {
    clearImmediate(group.timer);
    this.#open = undefined;
  }

  /** After some failures SQLite has rolled back by itself; the error that counts is the first one. */
  #rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // The next BEGIN fails for the same reason, and says so to its caller.
    }
  }
}

function openGroup(commit: () => void): OpenGroup {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const committed = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { committed, resolve, reject, timer: setImmediate(commit), bytes: 0 };
}
