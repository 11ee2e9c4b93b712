import type { ErrorData, Json } from 'tau-core';
import { childIndex, childOnPath, currentChild, withOpenChild } from './children.js';
import { chunkItem, withChunkItem } from './chunks.js';
import type { NodePlan } from './node-plan.js';
import { segmentOf } from './path.js';
import { startActivation } from './start-activation.js';
import { type Activation, type Ended, isOpen, type SagaActivation } from './state.js';
import { type Tally, tallyTree } from './timers.js';

/** What an event does to the activation at its path. */
export type Change = (plan: NodePlan, activation: Activation) => Activation | Ended;

/** The tree with the activation at a path changed; the same tree when there is none. */
export function changeAt(plan: NodePlan, tree: Activation, path: string, change: Change): Activation | Ended {
  return descend(plan, tree, { path, change }, 0);
}

interface Way {
  readonly path: string;
  readonly change: Change;
}

function descend(plan: NodePlan, tree: Activation, way: Way, pos: number): Activation | Ended {
  if (pos === way.path.length) return way.change(plan, tree);
  const child = childOnPath(plan, tree, way.path, pos);
  if (child === undefined) return tree;
  const changed = descend(child.plan, child.activation, way, child.end);
  if (changed === child.activation) return tree;
  return isOpen(changed)
    ? withOpenChild(tree, child.key, changed)
    : settleChild(plan, tree, { key: child.key, plan: child.plan, before: child.activation, ended: changed });
}

interface Settled {
  readonly key: number;
  readonly plan: NodePlan;
  readonly before: Activation;
  readonly ended: Ended;
}

/** The activation once a child of it is over. */
function settleChild(plan: NodePlan, parent: Activation, settled: Settled): Activation {
  const { key } = settled;
  const ended = parent.stop === undefined ? settled.ended : GONE;
  switch (parent.kind) {
    case 'graph': {
      const entry = chunkItem(parent.entries, key);
      if (entry === undefined) return parent;
      const entries = withChunkItem(parent.entries, key, { ...entry, of: ended });
      const left = parent.left - 1;
      const failed = ended.kind === 'failed' && typeof settled.plan.onError !== 'object' ? ended.error : undefined;
      return withFailure({ ...parent, entries, left }, failed);
    }
    case 'parallel':
    case 'map':
      return withFailure(
        { ...parent, slots: withChunkItem(parent.slots, key, ended), open: parent.open - 1 },
        ended.kind === 'failed' ? ended.error : undefined,
      );
    case 'race': {
      const wins = ended.kind === 'ok' && parent.winner === undefined;
      const slots = withChunkItem(parent.slots, key, wins ? ended : GONE);
      const raced = { ...parent, slots, open: parent.open - 1, ...(wins ? { winner: key } : {}) };
      return withFailure(raced, ended.kind === 'failed' ? ended.error : undefined);
    }
    case 'saga':
      return settleStep(plan, parent, settled);
    case 'chain': {
      const { child: _, ...rest } = parent;
      if (ended.kind === 'ok') return { ...rest, done: parent.done + 1, value: ended.output ?? null };
      return withFailure(rest, ended.kind === 'failed' ? ended.error : undefined);
    }
    case 'loop':
    case 'route': {
      const { child: _, ...rest } = parent;
      if (ended.kind === 'ok') return { ...rest, value: ended.output ?? null };
      return withFailure(rest, ended.kind === 'failed' ? ended.error : undefined);
    }
    default:
      return parent;
  }
}

/** A step of a saga is over, or what undoes one is. */
function settleStep(plan: NodePlan, parent: SagaActivation, { key, before, ended }: Settled): SagaActivation {
  const { child: _, ...rest } = parent;
  if (parent.undoing === undefined) {
    if (parent.stop !== undefined || ended.kind === 'gone') return rest;
    if (ended.kind === 'failed') return withFailure(rest, ended.error);
    const edited: { input?: Json } = before.input === undefined ? {} : { input: before.input };
    return { ...rest, done: [...parent.done, { output: ended.output ?? null, ...edited }] };
  }
  const step = plan.kind === 'saga' ? plan.undo.indexOf(key) : -1;
  const done = parent.done.slice(0, Math.max(0, step));
  if (ended.kind !== 'failed') return { ...rest, done };
  const { id, message } = ended.error;
  const failure = { step: plan.children[step]?.name ?? '', id, message };
  return { ...rest, done, undoing: { failures: [...(parent.undoing.failures ?? []), failure] } };
}

const GONE: Ended = { kind: 'gone' };

/** The first failure is the one that counts. */
function withFailure<T extends Activation>(activation: T, failed: ErrorData | undefined): T {
  return failed === undefined || activation.failed !== undefined ? activation : { ...activation, failed };
}

/** The tree with a child started at a path at which there is none yet. */
export function startAt(
  plan: NodePlan,
  tree: Activation,
  { path, tally }: { readonly path: string; readonly tally: Tally },
): Activation {
  const start = (parentPlan: NodePlan, parent: Activation, pos: number): Activation => {
    const child = childOnPath(parentPlan, parent, path, pos);
    if (child === undefined) return startChild(parentPlan, parent, { segment: path.slice(pos), tally });
    const changed = start(child.plan, child.activation, child.end);
    return changed === child.activation ? parent : withOpenChild(parent, child.key, changed);
  };
  return start(plan, tree, 0);
}

function startChild(
  plan: NodePlan,
  parent: Activation,
  { segment, tally }: { readonly segment: string; readonly tally: Tally },
): Activation {
  const key = startable(plan, parent, segment);
  const childPlan = key === undefined ? undefined : plan.children[parent.kind === 'map' ? 0 : key];
  if (key === undefined || childPlan === undefined) return parent;
  const child = startActivation(childPlan, tally.now);
  if (tally.now !== undefined) tallyTree(childPlan, child, tally, 1);
  switch (parent.kind) {
    case 'map':
      return { ...parent, slots: withChunkItem(parent.slots, key, child), next: key + 1, open: parent.open + 1 };
    case 'parallel':
    case 'race':
      return { ...parent, slots: withChunkItem(parent.slots, key, child), next: key + 1, open: parent.open + 1 };
    case 'loop':
      return { ...parent, round: parent.round + 1, child };
    case 'route':
      return { ...parent, chosen: segmentOf(plan, key), child };
    case 'chain':
      return { ...parent, child };
    case 'saga':
      return { ...parent, child };
    default:
      return parent;
  }
}

/** The child that a segment names, if it is one that may start now. */
function startable(plan: NodePlan, parent: Activation, segment: string): number | undefined {
  const name = segment.startsWith('.') ? segment.slice(1) : segment;
  switch (parent.kind) {
    case 'map': {
      const digits = /^\[(\d+)\]$/.exec(segment)?.[1];
      const key = Number(digits ?? -1);
      return digits !== undefined && chunkItem(parent.slots, key) === null ? key : undefined;
    }
    case 'parallel':
    case 'race': {
      const key = childIndex(plan, name);
      return key !== undefined && chunkItem(parent.slots, key) === null ? key : undefined;
    }
    case 'loop':
      return parent.child === undefined && segment === `#${parent.round + 1}` ? 0 : undefined;
    case 'route':
      return parent.chosen === undefined ? childIndex(plan, name) : undefined;
    case 'chain':
    case 'saga': {
      const key = parent.child === undefined ? currentChild(plan, parent) : undefined;
      return key !== undefined && segmentOf(plan, key) === name ? key : undefined;
    }
    default:
      return undefined;
  }
}
