import { earliest, type Instant } from 'tau-core';
import { forEachOpen } from './children.js';
import type { NodePlan } from './node-plan.js';
import { type Activation, type Ended, type FlowState, isOpen } from './state.js';

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
