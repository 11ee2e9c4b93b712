import { type CallId, tauError } from 'tau-core';
import {
  claimLock,
  claimOf,
  type LockChange,
  type LockTable,
  NO_LOCKS,
  releaseLock,
  releaseLocksOf,
} from '../policy/lock-table.js';
import type { AcquireEffect } from './run-books.js';
import { Telling } from './telling.js';

/** What a run is told of its locks. */
export interface LockUser {
  lockGranted(lockId: CallId): void;
  lockRevoked(lockId: CallId, reason: string): void;
}

/** Locks that runs of this process share: give the same ones to each. */
export class LocalLocks {
  readonly #users = new Map<string, LockUser>();
  readonly #telling = new Telling();
  #table: LockTable = NO_LOCKS;

  /** Who holds what, and who waits. Plain JSON. */
  get table(): LockTable {
    return this.#table;
  }

  /** @throws TauError CONFLICT when another run of the same id has locks here: nobody could tell theirs apart. */
  claim(runId: string, effect: AcquireEffect, user: LockUser): void {
    this.#enter(runId, user);
    this.#take(claimLock(this.#table, claimOf(runId, effect)));
  }

  /**
   * Takes back a lock that a run held before its host went away; false when others hold it now, and then the run has lost it.
   */
  reclaim(runId: string, effect: AcquireEffect, user: LockUser): boolean {
    this.#enter(runId, user);
    const { preempt: _preempt, ...patient } = effect;
    const change = claimLock(this.#table, claimOf(runId, { ...patient, waiting: 'queue' }));
    const isHeld = change.granted.some((claim) => claim.runId === runId && claim.lockId === effect.lockId);
    if (!isHeld) return false;
    this.#table = change.table;
    return true;
  }

  release(runId: string, lockId: CallId): void {
    this.#take(releaseLock(this.#table, { runId, lockId }));
  }

  /** The run has ended, or this process lets go of it. */
  releaseAll(runId: string, user: LockUser): void {
    if (this.#users.get(runId) !== user) return;
    this.#users.delete(runId);
    this.#take(releaseLocksOf(this.#table, runId));
  }

  #enter(runId: string, user: LockUser): void {
    const known = this.#users.get(runId) ?? user;
    if (known === user) this.#users.set(runId, user);
    else
      throw tauError(
        'CONFLICT',
        `another run ${runId} has these locks: give each run that shares them an id of its own`,
      );
  }

  #take({ table, granted, revoked }: LockChange): void {
    this.#table = table;
    for (const { claim, reason } of revoked) {
      this.#telling.add(() => this.#users.get(claim.runId)?.lockRevoked(claim.lockId, reason));
    }
    for (const claim of granted) {
      this.#telling.add(() => this.#users.get(claim.runId)?.lockGranted(claim.lockId));
    }
  }
}
