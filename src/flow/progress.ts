import { type ErrorData, errorData, type ProgramEffect, TauError } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import { lockOf } from './call-ids.js';
import { advanceChain } from './chain-node.js';
import { hasOpenChild } from './children.js';
import type { Draft } from './draft.js';
import { canUndo, complete, endCancelled, endFailed, fail } from './ending.js';
import { advanceFan } from './fan-node.js';
import { advanceGraph, runGraph } from './graph-node.js';
import { advanceLoop } from './loop-node.js';
import { runMap } from './map-node.js';
import type { LockPlan } from './node-plan.js';
import { runPass } from './pass-node.js';
import { labelOf } from './path.js';
import type { Place, PlaceOf } from './place.js';
import { ask } from './questions.js';
import { advanceRace } from './race-node.js';
import { runReceive } from './receive-node.js';
import { advanceRoute } from './route-node.js';
import { advanceSaga } from './saga-node.js';
import { FlowScope } from './scope.js';
import { runTask } from './task-node.js';
import { sizeError, sizeOf } from './value-size.js';
import { runWait } from './wait-node.js';

/** Does what is next for a node that starts, was let in by an answer, or holds its lock: its question, its lock, or itself. */
export function enter(draft: Draft, place: Place): void {
  const { phase } = place.activation;
  if (phase === 'before') ask(draft, place);
  else if (phase === 'lock') acquire(draft, place);
  else if (phase === undefined) run(draft, place);
}

type AcquireEffect = Extract<ProgramEffect, { type: 'acquire' }>;

function acquire(draft: Draft, place: Place): void {
  const { lock } = place.plan;
  if (lock === undefined) return;
  const key = attempt(() => claimedKey(place, lock));
  if (!key.ok) {
    const { phase: _, ...unclaimed } = place.activation;
    return fail(draft, { ...place, activation: unclaimed }, key.error);
  }
  const { slots, preempt, priority, fairnessKey, waiting } = lock;
  draft.happen({ type: 'LockClaimed', at: place.at, key: key.value });
  const claim: Writable<AcquireEffect> = { type: 'acquire', lockId: lockOf(place.at), key: key.value, waiting };
  if (slots !== undefined) claim.slots = slots;
  if (preempt !== undefined) claim.preempt = preempt;
  if (priority !== undefined) claim.priority = priority;
  if (fairnessKey !== undefined) claim.fairnessKey = fairnessKey;
  draft.ask(claim);
}

/**
 * The key of the lock that a node claims.
 *
 * @throws TauError EXPRESSION_FAILED, LIMIT_EXCEEDED, or LOCK_LOST when what it is in holds the same.
 */
function claimedKey(place: Place, lock: LockPlan): string {
  const key = lock.key(new FlowScope(place));
  const holder = holderAbove(place, key, lock.slots ?? 1);
  const problem = sizeError(sizeOf(key), 'the key of its lock') ?? (holder && heldAbove(key, labelOf(holder.at)));
  if (problem !== undefined) throw new TauError(problem);
  return key;
}

/** What a node is in that holds the lock it asks for, so that it would wait for ever; undefined when there are slots for both. */
function holderAbove(place: Place, key: string, slots: number): Place | undefined {
  let held = 0;
  let least = slots;
  let nearest: Place | undefined;
  for (let outer = place.parent; outer !== undefined; outer = outer.parent) {
    if (outer.activation.locked !== true || outer.activation.claim !== key) continue;
    held += 1;
    least = Math.min(least, outer.plan.lock?.slots ?? 1);
    nearest ??= outer;
  }
  return held >= least ? nearest : undefined;
}

function heldAbove(key: string, holder: string): ErrorData {
  const message = `what it is in, ${holder}, holds the lock "${key}" itself, and it would wait for it for ever: leave its "lock" out, or name another key`;
  return errorData('LOCK_LOST', message, { details: { key, holder } });
}

function run(draft: Draft, place: Place): void {
  if (isKind(place, 'task')) runTask(draft, place);
  else if (isKind(place, 'graph')) runGraph(draft, place);
  else if (isKind(place, 'ask')) ask(draft, place);
  else if (isKind(place, 'pass')) runPass(draft, place);
  else if (isKind(place, 'wait')) runWait(draft, place);
  else if (isKind(place, 'receive')) runReceive(draft, place);
  else if (isKind(place, 'map')) runMap(draft, place);
  else advance(draft, place);
}

/** Goes on with a node of which a child has ended. */
export function advance(draft: Draft, place: Place): void {
  const { stop, phase } = place.activation;
  if (stop !== undefined) finishStopping(draft, place);
  else if (phase !== undefined) return;
  else if (isKind(place, 'graph')) advanceGraph(draft, place);
  else if (isKind(place, 'chain')) advanceChain(draft, place);
  else if (isKind(place, 'parallel') || isKind(place, 'map')) advanceFan(draft, place);
  else if (isKind(place, 'race')) advanceRace(draft, place);
  else if (isKind(place, 'loop')) advanceLoop(draft, place);
  else if (isKind(place, 'route')) advanceRoute(draft, place);
  else if (isKind(place, 'saga')) advanceSaga(draft, place);
}

/** A path leads to an activation only where its kind is that of its node. */
function isKind<Kind extends Place['plan']['kind']>(place: Place, kind: Kind): place is PlaceOf<Kind> {
  return place.plan.kind === kind && place.activation.kind === kind;
}

/** Brings a node that is stopping to its end, once nothing is open in it. */
function finishStopping(draft: Draft, place: Place): void {
  const { activation, at } = place;
  if (hasOpenChild(activation)) return;
  if (canUndo(place)) {
    draft.happen({ type: 'UndoStarted', at, how: activation.stop === 'fail' ? 'fail' : 'cancel' });
    draft.push('advance', at);
  } else if (activation.stop === 'fail') endFailed(draft, place);
  else if (activation.stop === 'win') complete(draft, place);
  else endCancelled(draft, place);
}
