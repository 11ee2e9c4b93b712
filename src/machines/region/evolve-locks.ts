import type { CallId, RunId } from 'tau-core';
import { claimLock, type LockChange, type LockClaim, lockStanding, releaseLock, releaseLocksOf } from 'tau-orchestrate';
import type { RegionEventBody } from './events.js';
import type { LockNews, LockState, RegionState, RunState } from './state.js';

type Advanced = Extract<RegionEventBody, { readonly type: 'run.advanced' }>;

const REVOKED_IN_FORK = 'the fork does not hold it: another run does';

/** The locks after a program's decision: what it heard, what it gave back, what it claimed. */
export function withLocks(state: RegionState, body: Advanced): RegionState {
  const { input, released = [], locks = [] } = body;
  const heard = input.type === 'lockGranted' || input.type === 'lockRevoked' ? input : undefined;
  if (heard === undefined && released.length === 0 && locks.length === 0) return state;
  const run = state.runs.get(body.runId);
  if (run === undefined) return state;
  let next = state;
  if (heard !== undefined) next = { ...next, lockNews: withoutNews(next.lockNews, run.runId, heard.lockId) };
  for (const lockId of released) next = given(next, run.runId, lockId);
  for (const claim of locks) next = changed(next, claimLock(next.locks, claim));
  return { ...next, runs: next.runs.set(run.runId, withKnown(run, knownLocks(run.locks ?? [], body))) };
}

/** A run that has ended holds nothing, and is told nothing more. */
export function withoutLocksOf(state: RegionState, run: RunState | undefined): RegionState {
  if (run?.locks === undefined) return state;
  const lockNews = state.lockNews.filter((news) => news.runId !== run.runId);
  return changed({ ...state, lockNews }, releaseLocksOf(state.locks, run.runId));
}

/**
 * A fork's claims, made anew in its own name. What its program believes to hold stays so if it is free; otherwise it hears
 * that it lost it. What it waited for, it waits for again.
 */
export function withForksLocks(state: RegionState, fork: RunState): RegionState {
  let next = state;
  for (const { claim, granted } of fork.locks ?? []) {
    const change = claimLock(next.locks, claim);
    next = changed(next, change);
    if (!granted) continue;
    const isHeld = lockStanding(next.locks, claim) === 'held';
    if (!isHeld) next = changed(next, releaseLock(next.locks, claim));
    const lockNews = withoutNews(next.lockNews, fork.runId, claim.lockId);
    const lost: LockNews = { runId: fork.runId, lockId: claim.lockId, revoked: REVOKED_IN_FORK };
    next = { ...next, lockNews: isHeld ? lockNews : [...lockNews, lost] };
  }
  return next;
}

function given(state: RegionState, runId: RunId, lockId: CallId): RegionState {
  const change = releaseLock(state.locks, { runId, lockId });
  return changed({ ...state, lockNews: withoutNews(state.lockNews, runId, lockId) }, change);
}

/** The table as it is now, and those who are to be told of it: of a lock, only the newest is news. */
function changed(state: RegionState, { table, granted, revoked }: LockChange): RegionState {
  let { lockNews } = state;
  const add = ({ runId, lockId }: LockClaim, news: Pick<LockNews, 'revoked'>): void => {
    lockNews = [...withoutNews(lockNews, runId, lockId), { runId: runId as RunId, lockId, ...news }];
  };
  for (const { claim, reason } of revoked) add(claim, { revoked: reason });
  for (const claim of granted) add(claim, {});
  return { ...state, locks: table, lockNews };
}

function withoutNews(all: readonly LockNews[], runId: string, lockId: CallId): readonly LockNews[] {
  const kept = all.filter((news) => news.runId !== runId || news.lockId !== lockId);
  return kept.length === all.length ? all : kept;
}

/** What the program knows after the decision. */
function knownLocks(known: readonly LockState[], { input, released = [], locks = [] }: Advanced): readonly LockState[] {
  const kept = known
    .filter(({ claim }) => !released.includes(claim.lockId))
    .filter(({ claim }) => input.type !== 'lockRevoked' || input.lockId !== claim.lockId)
    .map((lock) =>
      input.type === 'lockGranted' && input.lockId === lock.claim.lockId ? { ...lock, granted: true } : lock,
    );
  return [...kept, ...locks.map((claim) => ({ claim, granted: false }))];
}

function withKnown({ locks: _, ...run }: RunState, known: readonly LockState[]): RunState {
  return known.length === 0 ? run : { ...run, locks: known };
}
