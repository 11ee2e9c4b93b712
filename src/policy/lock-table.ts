import type { CallId, ProgramEffect } from 'tau-core';
import { claimIndexOf, shareClaimIndex } from './claim-index.js';
import { recordOf, viewOf } from './record-view.js';
import { derived, turnsOf } from './turn-counts.js';

/** The effect by which a program claims a lock. */
export type AcquireEffect = Extract<ProgramEffect, { readonly type: 'acquire' }>;

/** One run's claim of a lock, with all defaults applied: see `acquire` among the program's effects. */
export interface LockClaim {
  readonly runId: string;
  /** Unique in the run. */
  readonly lockId: CallId;
  readonly key: string;
  /** How many may hold the key at once, as this claim sees it: where claims differ, the narrowest that holds it decides. */
  readonly slots: number;
  readonly waiting: 'queue' | 'replace';
  readonly preempt: boolean;
  /** 0 (first) to 9 (last). */
  readonly priority: number;
  readonly fairnessKey: string;
}

/**
 * Who holds the locks of a session and who waits for them. Plain JSON: hosts snapshot it. `held` is in the order of granting,
 * `waiting` in the order in which they will be granted. A key that nobody holds or waits for is absent. Copy it by way of JSON:
 * what functions here return shares its parts with the table that it was made from, so `structuredClone` refuses it.
 */
export interface LockTable {
  readonly [key: string]: { readonly held: readonly LockClaim[]; readonly waiting: readonly LockClaim[] };
}

/** What came of a change: whom the host has to tell, in this order: first those who lost, then those who got it. */
export interface LockChange {
  readonly table: LockTable;
  readonly granted: readonly LockClaim[];
  readonly revoked: readonly { readonly claim: LockClaim; readonly reason: string }[];
}

/** Names a claim. */
export interface LockHolder {
  readonly runId: string;
  readonly lockId: CallId;
}

type Entry = LockTable[string];

/** What became of a key's entry, and who was granted its lock thereby. */
interface Granting {
  readonly next: Entry;
  readonly granted: readonly LockClaim[];
}

/** The table that no claim has been made in. */
export const NO_LOCKS: LockTable = {};

const FREE: Entry = { held: [], waiting: [] };
const SLOTS_DEFAULT = 1;
const PRIORITY_DEFAULT = 5;
const PRIORITY_LAST = 9;

/**
 * An effect as a claim. Without a fairness key a run is its own: runs take turns, and a run that asks for many locks at once
 * does not hold up the others.
 */
export function claimOf(runId: string, effect: AcquireEffect): LockClaim {
  return {
    runId,
    lockId: effect.lockId,
    key: effect.key,
    slots: Math.max(1, whole(effect.slots, SLOTS_DEFAULT)),
    waiting: effect.waiting,
    preempt: effect.preempt ?? false,
    priority: Math.min(PRIORITY_LAST, Math.max(0, whole(effect.priority, PRIORITY_DEFAULT))),
    fairnessKey: effect.fairnessKey ?? runId,
  };
}

/**
 * Makes a claim: it is granted, or waits. Claiming again with the same id changes nothing.
 *
 * 1. No key has more holders than the slots of any of them.
 * 2. Nobody overtakes: a claim that does not fit holds back those behind it, so that a narrow claim is not starved by wide ones.
 * 3. Among those that wait, a lower priority number goes first; then fairness keys take turns; then the older claim goes first.
 *    Within one priority nobody waits for ever. A low priority can: it waits while there are claims before it.
 * 4. A `replace` claim revokes all that wait for the key, whatever their priority: the newest is what counts.
 * 5. A `preempt` claim is granted at once: holders lose it, the longest-holding first, until it fits; those that wait go on
 *    waiting.
 */
export function claimLock(table: LockTable, claim: LockClaim): LockChange {
  if (findClaim(table, claim) !== undefined) return unchanged(table);
  const entry = entryOf(table, claim.key);
  const replaced = claim.waiting === 'replace' ? entry.waiting : [];
  const revoked = replaced.map((lost) => ({
    claim: lost,
    reason: `run ${claim.runId} took the place in the queue of lock "${claim.key}": a newer claim replaces the one that waits`,
  }));
  const waiting = claim.waiting === 'replace' ? [] : entry.waiting;
  if (!claim.preempt) {
    const { next, granted } = grantNext({ held: entry.held, waiting: queued(waiting, claim) });
    return { table: withEntry(table, next, claim), granted, revoked };
  }
  const held = [...entry.held];
  while (!fits(held, claim)) {
    const lost = held.shift();
    if (lost === undefined) break;
    revoked.push({
      claim: lost,
      reason: `run ${claim.runId} took lock "${claim.key}": its claim preempts those who hold it`,
    });
  }
  const { next, granted } = grantNext({ held: [...held, claim], waiting });
  return { table: withEntry(table, next, claim), granted: [claim, ...granted], revoked };
}

/**
 * Gives a lock back, or gives up waiting for it; those whose turn it is are granted theirs. A claim that is not there changes
 * nothing: hosts ignore it when a program releases what it does not hold or wait for (any more), as it may have lost it a moment
 * ago.
 */
export function releaseLock(table: LockTable, who: LockHolder): LockChange {
  const claim = findClaim(table, who);
  if (claim === undefined) return unchanged(table);
  const { key } = claim;
  const { held, waiting } = entryOf(table, key);
  const { next, granted } = grantNext({ held: minus(held, claim), waiting: waitingWithout(waiting, claim) });
  return { table: withEntries(table, new Map([[key, next]])), granted, revoked: [] };
}

/** Releases all that a run holds or waits for, as its end does. Keys are gone through in the order of their names. */
export function releaseLocksOf(table: LockTable, runId: string): LockChange {
  const granted: LockClaim[] = [];
  const changes = new Map<string, Entry>();
  for (const key of claimIndexOf(table).keysOfRun(runId)) {
    const entry = entryOf(table, key);
    const isOther = (claim: LockClaim): boolean => claim.runId !== runId;
    if (entry.held.every(isOther) && entry.waiting.every(isOther)) continue;
    const left = grantNext({ held: entry.held.filter(isOther), waiting: entry.waiting.filter(isOther) });
    changes.set(key, left.next);
    granted.push(...left.granted);
  }
  return changes.size === 0 ? unchanged(table) : { table: withEntries(table, changes), granted, revoked: [] };
}

/** Whether a claim is held, waits, or is not there (any more). */
export function lockStanding(table: LockTable, who: LockHolder): 'held' | 'waiting' | undefined {
  const claim = findClaim(table, who);
  if (claim === undefined) return undefined;
  return entryOf(table, claim.key).held.includes(claim) ? 'held' : 'waiting';
}

/**
 * Those that wait, with one more at its place: behind all of lower numbers of priority and, within its own, behind all whose
 * turn comes before or with its own. The n-th waiting claim of a fairness key has its turn in round n.
 */
function queued(waiting: readonly LockClaim[], claim: LockClaim): readonly LockClaim[] {
  const round = turnsOf(waiting, claim) + 1;
  let place = waiting.findLastIndex(({ priority }) => priority <= claim.priority) + 1;
  const lastPeer = waiting[place - 1];
  // Whoever came last has mostly the latest turn: then the place is behind it. Otherwise it is looked for from there.
  if (lastPeer !== undefined && isPeer(lastPeer, claim) && turnsOf(waiting, lastPeer) > round) {
    const rounds = new Map<string, number>();
    for (const other of waiting) {
      if (isPeer(other, claim)) rounds.set(other.fairnessKey, (rounds.get(other.fairnessKey) ?? 0) + 1);
    }
    for (; place > 0; place -= 1) {
      const other = waiting[place - 1];
      if (other === undefined || !isPeer(other, claim)) break;
      const otherRound = rounds.get(other.fairnessKey) ?? 0;
      if (otherRound <= round) break;
      rounds.set(other.fairnessKey, otherRound - 1);
    }
  }
  return derived(waiting.toSpliced(place, 0, claim), { from: waiting, by: 1, claims: [claim] });
}

function isPeer(a: LockClaim, b: LockClaim): boolean {
  return a.priority === b.priority;
}

function grantNext({ held, waiting }: Entry): Granting {
  const holders = [...held];
  let slots = narrowest(held);
  let count = 0;
  for (const claim of waiting) {
    slots = Math.min(slots, Math.max(1, claim.slots));
    if (holders.length >= slots) break;
    holders.push(claim);
    count += 1;
  }
  if (count === 0) return { next: { held, waiting }, granted: [] };
  const granted = waiting.slice(0, count);
  const left = derived(waiting.slice(count), { from: waiting, by: -1, claims: granted });
  return { next: { held: holders, waiting: left }, granted };
}

function fits(held: readonly LockClaim[], claim: LockClaim): boolean {
  return held.length < Math.min(narrowest(held), Math.max(1, claim.slots));
}

function narrowest(held: readonly LockClaim[]): number {
  let slots = Number.POSITIVE_INFINITY;
  for (const claim of held) slots = Math.min(slots, Math.max(1, claim.slots));
  return slots;
}

function minus(claims: readonly LockClaim[], claim: LockClaim): readonly LockClaim[] {
  const index = claims.indexOf(claim);
  return index < 0 ? claims : claims.toSpliced(index, 1);
}

function waitingWithout(waiting: readonly LockClaim[], claim: LockClaim): readonly LockClaim[] {
  const left = minus(waiting, claim);
  return left === waiting ? waiting : derived(left, { from: waiting, by: -1, claims: [claim] });
}

function findClaim(table: LockTable, who: LockHolder): LockClaim | undefined {
  for (const key of claimIndexOf(table).keysOf(who.runId, who.lockId)) {
    const { held, waiting } = entryOf(table, key);
    const found = claimIn(held, who) ?? claimIn(waiting, who);
    if (found !== undefined) return found;
  }
  return undefined;
}

function claimIn(claims: readonly LockClaim[], who: LockHolder): LockClaim | undefined {
  for (const claim of claims) if (isSame(claim, who)) return claim;
  return undefined;
}

function isSame(a: LockHolder, b: LockHolder): boolean {
  return a.runId === b.runId && a.lockId === b.lockId;
}

function entryOf(table: LockTable, key: string): Entry {
  return recordOf(table).get(key) ?? FREE;
}

function withEntry(table: LockTable, entry: Entry, added: LockClaim): LockTable {
  return withEntries(table, new Map([[added.key, entry]]), added);
}

/** A table with other entries, or without them where they are empty. It shares the others with this one. */
function withEntries(table: LockTable, changes: ReadonlyMap<string, Entry>, added?: LockClaim): LockTable {
  let record = recordOf(table);
  for (const [key, entry] of changes) {
    record = record.with(key, entry.held.length > 0 || entry.waiting.length > 0 ? entry : undefined);
  }
  const changed = viewOf(record);
  shareClaimIndex(table, changed, added);
  return changed;
}

function unchanged(table: LockTable): LockChange {
  return { table, granted: [], revoked: [] };
}

function whole(value: number | undefined, byDefault: number): number {
  return value === undefined || Number.isNaN(value) ? byDefault : Math.trunc(value);
}
