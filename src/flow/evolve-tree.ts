import type { ErrorData, Json } from 'tau-core';
import { childIndex, currentChild, entryWith, withOpenChild } from './children.js';
import { chunkItem, withChunkItem } from './chunks.js';
import type { NodePlan } from './node-plan.js';
import { segmentOf } from './path.js';
import type { Place } from './place.js';
import { startActivation } from './start-activation.js';
import { type Activation, type Ended, isOpen, type SagaActivation } from './state.js';
import { type Tally, tallyTree } from './timers.js';

/** The tree with something else in the place of an activation. All that it is in is changed with it, from below. */
export function replaceAt(place: Place, replacement: Activation | Ended): Activation | Ended {
  const { parent, plan, key, activation } = place;
  if (parent === undefined) return replacement;
  let changed = isOpen(replacement)
    ? withOpenChild(parent.activation, key, replacement)
    : settleChild(parent.plan, parent.activation, { key, plan, before: activation, ended: replacement });
  for (let at = parent; at.parent !== undefined; at = at.parent)
    changed = withOpenChild(at.parent.activation, at.key, changed);
  return changed;
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
      const entries = withChunkItem(parent.entries, key, entryWith(entry, ended));
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
    const given: { input?: Json } = before.input === undefined ? {} : { input: before.input };
    return { ...rest, done: [...parent.done, { output: ended.output ?? null, ...given }] };
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

interface ChildStart {
  readonly segment: string;
  readonly tally: Tally;
  readonly input: Json | undefined;
}

/** The activation with a child started that a segment names; as it is where that may not start. */
export function withChild(plan: NodePlan, parent: Activation, { segment, tally, input }: ChildStart): Activation {
  const key = startable(plan, parent, segment);
  const childPlan = key === undefined ? undefined : plan.children[parent.kind === 'map' ? 0 : key];
  if (key === undefined || childPlan === undefined) return parent;
  const bare = startActivation(childPlan, tally.now);
  const child = input === undefined ? bare : { ...bare, input };
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
