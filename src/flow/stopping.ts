import { openCall, openLock } from './call-ids.js';
import { lastUndo } from './children.js';
import type { Draft } from './draft.js';
import type { NodePlan } from './node-plan.js';
import { openChildren, type Place, walkPlaces } from './place.js';

const sagas = new WeakMap<NodePlan, boolean>();

/** Whether a saga stands at or below a node: only then can stopping it take time. */
function hasSaga(plan: NodePlan): boolean {
  const known = sagas.get(plan);
  if (known !== undefined) return known;
  const found = plan.kind === 'saga' || plan.children.some(hasSaga);
  sagas.set(plan, found);
  return found;
}

/** Withdraws what a node itself waits for: its call, its question, its place in the queue of a lock. */
function withdrawOwn(draft: Draft, place: Place, reason: string): void {
  const call = openCall(place);
  if (call !== undefined) draft.withdrawCall(call, reason);
}

/** Stops what is open in a node. Whether nothing is left: sagas that undo what they did go on. */
export function stopChildren(draft: Draft, place: Place, reason: string): boolean {
  // As it is now: some of them may have been stopped since the place was looked up.
  const current = draft.place(place.at);
  if (current === undefined) return true;
  let isGone = true;
  for (const child of openChildren(current)) isGone = stop(draft, child, reason) && isGone;
  return isGone;
}

/** Cancels a node. Whether it is gone at once. A saga that undoes is left to it: undoing is never cancelled by stopping. */
export function stop(draft: Draft, place: Place, reason: string): boolean {
  const { plan, activation, at } = place;
  if (activation.stop !== undefined) return false;
  if (!hasSaga(plan)) {
    withdrawAll(draft, place, reason);
    draft.happen({ type: 'NodeCancelled', at });
    return true;
  }
  if (activation.kind === 'saga' && activation.undoing !== undefined) return false;
  withdrawOwn(draft, place, reason);
  const isGone = stopChildren(draft, place, reason);
  if (!isGone) {
    draft.happen({ type: 'NodeStopping', at, how: 'cancel' });
    return false;
  }
  if (plan.kind === 'saga' && activation.kind === 'saga' && lastUndo(plan, activation.done.length) !== undefined) {
    draft.happen({ type: 'UndoStarted', at, how: 'cancel' });
    draft.push('advance', at);
    return false;
  }
  const lock = openLock(place);
  draft.happen({ type: 'NodeCancelled', at });
  if (lock !== undefined) draft.releaseLock(lock);
  return true;
}

/** Takes back all calls, questions and locks of a node and of what is open in it. */
export function withdrawAll(draft: Draft, place: Place, reason: string): void {
  walkPlaces(place, (open) => {
    withdrawOwn(draft, open, reason);
    const lock = openLock(open);
    if (lock !== undefined) draft.releaseLock(lock);
  });
}
