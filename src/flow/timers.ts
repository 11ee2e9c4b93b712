import { earliest, type Instant } from 'tau-core';
import { forEachOpen } from './children.js';
import type { NodePlan } from './node-plan.js';
import { type Activation, type Ended, type FlowState, type GraphEntry, isOpen, type Slot } from './state.js';

/*
 * A run knows how many deadlines it has, and an instant before which none of them is. So that asking for the next one costs
 * nothing, this instant is not moved when the deadline that it is from goes away: the machine is then told of time once too
 * often, and looks it up again. Nothing is looked up, or counted, while a run has no deadline.
 */

type Timers = FlowState['timers'];

/** What a change of the tree does to the deadlines. */
export interface Tally {
  readonly now: Instant | undefined;
  count: number;
  next: Instant | undefined;
}

/** Deadlines of one activation, without those below it. */
function ownDeadlines(activation: Activation): readonly Instant[] {
  const { deadline, asked } = activation;
  const until = activation.kind === 'wait' ? activation.until : undefined;
  if (deadline === undefined && asked?.deadline === undefined && until === undefined) return NONE;
  return [deadline, asked?.deadline, until].filter((at) => at !== undefined);
}

const NONE: readonly Instant[] = [];

/** Adds the deadlines of a tree (`sign` 1), or takes them away (-1). */
export function tallyTree(plan: NodePlan, tree: Activation | Ended, tally: Tally, sign: 1 | -1): void {
  if (!isOpen(tree)) return;
  for (const at of ownDeadlines(tree)) {
    tally.count += sign;
    if (sign === 1) tally.next = earliest(tally.next, at);
  }
  forEachOpen(plan, tree, (child, activation) => tallyTree(child, activation, tally, sign));
}

/** The deadlines after a change. */
export function afterTally(timers: Timers, tally: Tally): Timers {
  const count = (timers?.count ?? 0) + tally.count;
  if (count <= 0) return undefined;
  const next = earliest(timers?.next, tally.next);
  return next === undefined ? undefined : { count, next };
}

/** The deadlines of a tree, looked up anew. */
export function timersOf(plan: NodePlan, root: Activation | undefined): Timers {
  const tally: Tally = { now: undefined, count: 0, next: undefined };
  if (root !== undefined) tallyTree(plan, root, tally, 1);
  return afterTally(undefined, tally);
}

/** The same once time was told: their number is known. */
export function timersAgain({ timers, root }: FlowState): Timers {
  const next = root === undefined ? NEVER : nextIn(root);
  return timers === undefined || next === NEVER ? undefined : { count: timers.count, next };
}

/** Of what has no deadline. */
const NEVER = Number.POSITIVE_INFINITY as Instant;

const nexts = new WeakMap<object, Instant>();

/** The first deadline of an activation, and of all below it. Of what has not changed since it is known. */
export function nextIn(activation: Activation): Instant {
  const known = nexts.get(activation);
  if (known !== undefined) return known;
  let next = NEVER;
  for (const at of ownDeadlines(activation)) next = at < next ? at : next;
  switch (activation.kind) {
    case 'graph':
      for (const chunk of activation.entries) next = least(next, nextInChunk(chunk));
      break;
    case 'parallel':
    case 'race':
    case 'map':
      for (const chunk of activation.slots) next = least(next, nextInChunk(chunk));
      break;
    case 'chain':
    case 'loop':
    case 'route':
    case 'saga':
      if (activation.child !== undefined) next = least(next, nextIn(activation.child));
      break;
    default:
      return next;
  }
  nexts.set(activation, next);
  return next;
}

/** The first deadline in a piece of a graph's entries, or of the slots of another pattern. */
export function nextInChunk(chunk: readonly (GraphEntry | Slot)[]): Instant {
  const known = nexts.get(chunk);
  if (known !== undefined) return known;
  let next = NEVER;
  for (const item of chunk) {
    const slot = item !== null && 'of' in item ? item.of : item;
    if (isOpen(slot)) next = least(next, nextIn(slot));
  }
  nexts.set(chunk, next);
  return next;
}

function least(a: Instant, b: Instant): Instant {
  return b < a ? b : a;
}
