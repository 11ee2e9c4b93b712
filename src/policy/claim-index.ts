import type { LockClaim, LockTable } from './lock-table.js';

/** So many that are not there any more are remembered beside as many as there are. */
const STALE_MIN = 64;

/**
 * Where claims may be: under which keys each has been since a table that was read through, in it or in one that was made from it.
 * Tables never change, so what one of them has is always among what is remembered here, and what is remembered is looked up in
 * the table that is asked for. Thus all tables of one line share one index, the older ones too.
 */
export class ClaimIndex {
  readonly #keys = new Map<string, Map<string, readonly string[]>>();
  #remembered = 0;

  constructor(table: LockTable) {
    for (const key of Object.keys(table)) {
      const entry = table[key];
      for (const claim of [...(entry?.held ?? []), ...(entry?.waiting ?? [])]) this.add(claim);
    }
    this.#live = this.#remembered;
  }

  /** How many there were when it was made. */
  readonly #live: number;

  add({ runId, lockId, key }: LockClaim): void {
    const locks = this.#keys.get(runId) ?? new Map<string, readonly string[]>();
    const keys = locks.get(lockId) ?? [];
    if (keys.includes(key)) return;
    this.#keys.set(runId, locks.set(lockId, [...keys, key]));
    this.#remembered += 1;
  }

  /** Keys under which a claim may be. */
  keysOf(runId: string, lockId: string): readonly string[] {
    return this.#keys.get(runId)?.get(lockId) ?? [];
  }

  /** Keys under which a run may have claims, each once, in the order of their names. */
  keysOfRun(runId: string): readonly string[] {
    return [...new Set([...(this.#keys.get(runId)?.values() ?? [])].flat())].sort();
  }

  /** Whether so much has been added that reading a table anew costs less than keeping it. */
  get isWorn(): boolean {
    return this.#remembered > 2 * this.#live + STALE_MIN;
  }
}

const indexes = new WeakMap<LockTable, ClaimIndex>();

/** The index of a table: the one of those it was made from, or its own. */
export function claimIndexOf(table: LockTable): ClaimIndex {
  const known = indexes.get(table);
  if (known !== undefined) return known;
  const index = new ClaimIndex(table);
  indexes.set(table, index);
  return index;
}

/** Has a table share the index of the one that it was made from. `added`: the claim that it has and the other one has not. */
export function shareClaimIndex(from: LockTable, to: LockTable, added?: LockClaim): void {
  const index = claimIndexOf(from);
  if (added !== undefined) index.add(added);
  if (!index.isWorn) indexes.set(to, index);
}
