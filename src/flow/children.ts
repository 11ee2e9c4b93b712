import { chunkItem, chunkLength, withChunkItem } from './chunks.js';
import type { NodePlan, SagaPlan } from './node-plan.js';
import { endOfSegment, nameStart, segmentEnd, segmentOf } from './path.js';
import { type Activation, type GraphActivation, type GraphEntry, isOpen, type Slot } from './state.js';

/** A child of an activation that is open. */
interface OpenChild {
  readonly plan: NodePlan;
  readonly activation: Activation;
  /** Which entry of a graph, slot of a fan-out or child of another pattern it is. */
  readonly key: number;
  /** Where its segment ends in the path that was looked up. */
  readonly end: number;
}

/** The open child that a path names from `pos` on. */
export function childOnPath(plan: NodePlan, parent: Activation, path: string, pos: number): OpenChild | undefined {
  switch (parent.kind) {
    case 'graph':
      return plan.kind === 'graph' ? entryOnPath(plan, parent, path, pos) : undefined;
    case 'parallel':
    case 'race': {
      const from = nameStart(path, pos);
      if (from < 0) return undefined;
      const end = segmentEnd(path, from);
      const key = childIndex(plan, path.slice(from, end));
      return key === undefined ? undefined : inSlot(plan.children[key], chunkItem(parent.slots, key), key, end);
    }
    case 'map': {
      const read = numberAt(path, pos, '[');
      if (read === undefined) return undefined;
      return inSlot(plan.children[0], chunkItem(parent.slots, read.value), read.value, read.end + 1);
    }
    case 'loop': {
      const read = numberAt(path, pos, '#');
      if (read?.value !== parent.round) return undefined;
      return inSlot(plan.children[0], parent.child ?? null, 0, read.end);
    }
    case 'chain':
    case 'route':
    case 'saga': {
      const key = currentChild(plan, parent);
      if (key === undefined) return undefined;
      const end = endOfSegment(path, pos, segmentOf(plan, key));
      return end < 0 ? undefined : inSlot(plan.children[key], parent.child ?? null, key, end);
    }
    default:
      return undefined;
  }
}

/** Which child of a pattern that has one at a time is the one that runs, or comes next. */
export function currentChild(plan: NodePlan, parent: Activation): number | undefined {
  if (parent.kind === 'chain') return parent.done;
  if (parent.kind === 'loop') return 0;
  if (parent.kind === 'route' && parent.chosen !== undefined) return childIndex(plan, parent.chosen);
  if (parent.kind !== 'saga' || plan.kind !== 'saga') return undefined;
  return parent.undoing === undefined ? parent.done.length : lastUndo(plan, parent.done.length);
}

/** What undoes the last of so many steps that can be undone. */
export function lastUndo(plan: SagaPlan, done: number): number | undefined {
  return plan.undo.slice(0, done).findLast((child) => child !== undefined);
}

const indexes = new WeakMap<NodePlan, ReadonlyMap<string, number>>();

/** The child of that name: its segment in paths. */
export function childIndex(plan: NodePlan, segment: string): number | undefined {
  if (plan.kind === 'graph') return plan.nodeIndex.get(segment);
  let known = indexes.get(plan);
  if (known === undefined) {
    known = new Map(plan.children.map((_, index) => [segmentOf(plan, index), index]));
    indexes.set(plan, known);
  }
  return known.get(segment);
}

function inSlot(plan: NodePlan | undefined, slot: Slot | undefined, key: number, end: number): OpenChild | undefined {
  return plan !== undefined && isOpen(slot) && slot.kind === plan.kind
    ? { plan, activation: slot, key, end }
    : undefined;
}

function entryOnPath(
  plan: Extract<NodePlan, { kind: 'graph' }>,
  graph: GraphActivation,
  path: string,
  pos: number,
): OpenChild | undefined {
  const from = nameStart(path, pos);
  if (from < 0) return undefined;
  const end = segmentEnd(path, from);
  const id = from === 0 && end === path.length ? path : path.slice(from, end);
  const key = entryKey(graph, id);
  const entry = key < 0 ? undefined : chunkItem(graph.entries, key);
  if (entry === undefined) return undefined;
  const index = plan.nodeIndex.get(entry.node);
  return inSlot(index === undefined ? undefined : plan.children[index], entry.of, key, end);
}

/** Items of a fan-out mostly stand where their number says; other entries are few. */
function entryKey(graph: GraphActivation, id: string): number {
  const bracket = id.indexOf('[');
  const guess = bracket < 0 ? 0 : Number.parseInt(id.slice(bracket + 1), 10);
  if (chunkItem(graph.entries, guess)?.id === id) return guess;
  const length = chunkLength(graph.entries);
  for (let key = 0; key < length; key += 1) if (chunkItem(graph.entries, key)?.id === id) return key;
  return -1;
}

function numberAt(path: string, pos: number, opening: string): { value: number; end: number } | undefined {
  if (path[pos] !== opening) return undefined;
  let end = pos + 1;
  let value = 0;
  for (; end < path.length; end += 1) {
    const digit = path.charCodeAt(end) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return end === pos + 1 ? undefined : { value, end };
}

/** The activation with another child in the place of an open one. */
export function withOpenChild(parent: Activation, key: number, child: Activation): Activation {
  switch (parent.kind) {
    case 'graph': {
      const entry = chunkItem(parent.entries, key);
      return entry === undefined ? parent : { ...parent, entries: withEntry(parent, key, { ...entry, of: child }) };
    }
    case 'parallel':
    case 'race':
      return { ...parent, slots: withChunkItem(parent.slots, key, child) };
    case 'map':
      return { ...parent, slots: withChunkItem(parent.slots, key, child) };
    case 'chain':
      return { ...parent, child };
    case 'loop':
      return { ...parent, child };
    case 'route':
      return { ...parent, child };
    case 'saga':
      return { ...parent, child };
    default:
      return parent;
  }
}

export function withEntry(graph: GraphActivation, key: number, entry: GraphEntry): GraphActivation['entries'] {
  return withChunkItem(graph.entries, key, entry);
}

/** Calls back for each child that is open, in order. */
export function forEachOpen(
  plan: NodePlan,
  parent: Activation,
  visit: (child: NodePlan, activation: Activation, key: number) => void,
): void {
  switch (parent.kind) {
    case 'graph': {
      if (plan.kind !== 'graph') return;
      let key = 0;
      for (const chunk of parent.entries) {
        for (const entry of chunk) {
          const child = plan.children[plan.nodeIndex.get(entry.node) ?? -1];
          if (child !== undefined && isOpen(entry.of)) visit(child, entry.of, key);
          key += 1;
        }
      }
      return;
    }
    case 'parallel':
    case 'race':
    case 'map': {
      let key = 0;
      for (const chunk of parent.slots) {
        for (const slot of chunk) {
          const child = plan.children[parent.kind === 'map' ? 0 : key];
          if (child !== undefined && isOpen(slot)) visit(child, slot, key);
          key += 1;
        }
      }
      return;
    }
    case 'chain':
    case 'loop':
    case 'route':
    case 'saga': {
      const key = currentChild(plan, parent);
      const child = key === undefined ? undefined : plan.children[key];
      if (key !== undefined && child !== undefined && parent.child !== undefined) visit(child, parent.child, key);
      return;
    }
    default:
  }
}

/** Whether any child is open. */
export function hasOpenChild(parent: Activation): boolean {
  switch (parent.kind) {
    case 'graph':
      return parent.left > 0;
    case 'parallel':
    case 'race':
    case 'map':
      return parent.open > 0;
    case 'chain':
    case 'loop':
    case 'route':
    case 'saga':
      return parent.child !== undefined;
    default:
      return false;
  }
}

/** The path of a child. */
export function childPath(plan: NodePlan, parent: Activation, at: string, key: number): string {
  switch (parent.kind) {
    case 'map':
      return `${at}[${key}]`;
    case 'loop':
      return `${at}#${parent.round}`;
    default: {
      const segment = parent.kind === 'graph' ? (chunkItem(parent.entries, key)?.id ?? '') : segmentOf(plan, key);
      return at === '' ? segment : `${at}.${segment}`;
    }
  }
}
