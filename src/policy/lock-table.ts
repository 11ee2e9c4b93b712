import type { CallId, ProgramEffect } from 'tau-core';

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
 * `waiting` in the order in which they will be granted. A key that nobody holds or waits for is absent.
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
    return { table: withEntry(table, claim.key, next), granted, revoked };
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
  return { table: withEntry(table, claim.key, next), granted: [claim, ...granted], revoked };
}

/** Gives a lock back, or gives up waiting for it; those whose turn it is are granted theirs. Unknown claims change nothing. */
export function releaseLock(table: LockTable, who: LockHolder): LockChange {
  const claim = findClaim(table, who);
  return claim === undefined ? unchanged(table) : without(table, claim.key, (other) => isSame(other, who));
}

/** Releases all that a run holds or waits for, as its end does. Keys are gone through in the order of their names. */
export function releaseLocksOf(table: LockTable, runId: string): LockChange {
  const granted: LockClaim[] = [];
  let next = table;
  for (const key of Object.keys(table).sort()) {
    const { held, waiting } = entryOf(table, key);
    if (![...held, ...waiting].some((claim) => claim.runId === runId)) continue;
    const change = without(next, key, (claim) => claim.runId === runId);
    next = change.table;
    granted.push(...change.granted);
  }
  return { table: next, granted, revoked: [] };
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
  const round = waiting.filter((other) => isPeer(other, claim) && other.fairnessKey === claim.fairnessKey).length + 1;
  const rounds = new Map<string, number>();
  let place = 0;
  for (const [index, other] of waiting.entries()) {
    if (other.priority < claim.priority) place = index + 1;
    if (!isPeer(other, claim)) continue;
    const otherRound = (rounds.get(other.fairnessKey) ?? 0) + 1;
    rounds.set(other.fairnessKey, otherRound);
    if (otherRound <= round) place = index + 1;
  }
  return [...waiting.slice(0, place), claim, ...waiting.slice(place)];
}

function isPeer(a: LockClaim, b: LockClaim): boolean {
  return a.priority === b.priority;
}

function grantNext({ held, waiting }: Entry): { readonly next: Entry; readonly granted: readonly LockClaim[] } {
  const holders = [...held];
  let count = 0;
  for (const claim of waiting) {
    if (!fits(holders, claim)) break;
    holders.push(claim);
    count += 1;
  }
  return { next: { held: holders, waiting: waiting.slice(count) }, granted: waiting.slice(0, count) };
}

function fits(held: readonly LockClaim[], claim: LockClaim): boolean {
  return (
    held.every(({ slots }) => held.length < Math.max(1, slots)) && (held.length === 0 || held.length < claim.slots)
  );
}

function without(table: LockTable, key: string, leaves: (claim: LockClaim) => boolean): LockChange {
  const { held, waiting } = entryOf(table, key);
  const stays = (claim: LockClaim): boolean => !leaves(claim);
  const { next, granted } = grantNext({ held: held.filter(stays), waiting: waiting.filter(stays) });
  return { table: withEntry(table, key, next), granted, revoked: [] };
}

function findClaim(table: LockTable, who: LockHolder): LockClaim | undefined {
  for (const key of Object.keys(table)) {
    const entry = table[key];
    const found = entry && (claimIn(entry.held, who) ?? claimIn(entry.waiting, who));
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

/** Keys are names that users choose, `constructor` among them: only the table's own members count. */
function entryOf(table: LockTable, key: string): Entry {
  return (Object.hasOwn(table, key) ? table[key] : undefined) ?? FREE;
}

/**
 * A copy with another entry, or without it when it is empty. Made without a prototype: with one, engines make a hidden class for
 * each set of keys that ever was, which costs ten times as much where keys come and go by the hundred.
 */
function withEntry(table: LockTable, key: string, entry: Entry): LockTable {
  const copy: { [key: string]: Entry } = Object.create(null);
  for (const other of Object.keys(table)) {
    const kept = table[other];
    if (kept !== undefined && other !== key) copy[other] = kept;
  }
  if (entry.held.length > 0 || entry.waiting.length > 0) copy[key] = entry;
  return copy;
}

function unchanged(table: LockTable): LockChange {
  return { table, granted: [], revoked: [] };
}

function whole(value: number | undefined, byDefault: number): number {
  return value === undefined || Number.isNaN(value) ? byDefault : Math.trunc(value);
}
