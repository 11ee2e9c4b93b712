import { chunkItem, withChunkItem } from './chunks.js';
import type { NodePlan, SagaPlan } from './node-plan.js';
import { segmentOf } from './path.js';
import { type Activation, type GraphActivation, type GraphEntry, isOpen, type Slot } from './state.js';

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

/** The activation with another child in the place of an open one. */
export function withOpenChild(parent: Activation, key: number, child: Activation): Activation {
  switch (parent.kind) {
    case 'graph': {
      const entry = chunkItem(parent.entries, key);
      return entry === undefined ? parent : { ...parent, entries: withEntry(parent, key, entryWith(entry, child)) };
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

/** An entry with something else in it. The common one is written out: that takes a third of the time of a copy. */
export function entryWith(entry: GraphEntry, of: GraphEntry['of']): GraphEntry {
  return entry.given === undefined ? { id: entry.id, node: entry.node, of } : { ...entry, of };
}

export function withEntry(graph: GraphActivation, key: number, entry: GraphEntry): GraphActivation['entries'] {
  return withChunkItem(graph.entries, key, entry);
}

/** Calls back for each child that is open, in order; of many, for those in pieces that are wanted. */
export function forEachOpen(
  plan: NodePlan,
  parent: Activation,
  visit: (child: NodePlan, activation: Activation, key: number) => void,
  isWanted: (chunk: readonly (GraphEntry | Slot)[]) => boolean = () => true,
): void {
  switch (parent.kind) {
    case 'graph': {
      if (plan.kind !== 'graph') return;
      let key = 0;
      for (const chunk of parent.entries) {
        if (!isWanted(chunk)) {
          key += chunk.length;
          continue;
        }
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
        if (!isWanted(chunk)) {
          key += chunk.length;
          continue;
        }
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
