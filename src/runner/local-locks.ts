import type { CallId } from 'tau-core';
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

  claim(runId: string, effect: AcquireEffect, user: LockUser): void {
    this.#users.set(runId, user);
    this.#take(claimLock(this.#table, claimOf(runId, effect)));
  }

  /**
   * Takes back a lock that a run held before its host went away; false when others hold it now, and then the run has lost it.
   */
  reclaim(runId: string, effect: AcquireEffect, user: LockUser): boolean {
    this.#users.set(runId, user);
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
  releaseAll(runId: string): void {
    if (!this.#users.delete(runId)) return;
    this.#take(releaseLocksOf(this.#table, runId));
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
