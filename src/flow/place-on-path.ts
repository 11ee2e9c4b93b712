import { childIndex, currentChild } from './children.js';
import { chunkItem, chunkLength } from './chunks.js';
import type { FlowPlan } from './flow-plan.js';
import { END_INDEX, type NodePlan } from './node-plan.js';
import { endOfSegment, namedChild, nameStart, segmentEnd, segmentOf } from './path.js';
import type { Place } from './place.js';
import { type Activation, type FlowState, type GraphActivation, isOpen, type Slot } from './state.js';

/** The activation at a path, in as many steps as it is deep; undefined when it is not open. */
export function placeAt(plan: FlowPlan, run: FlowState, at: string): Place | undefined {
  const root = rootPlace(plan, run);
  const deepest = root && deepestPlace(root, at);
  return deepest?.at.length === at.length ? deepest : undefined;
}

export function rootPlace(plan: FlowPlan, run: FlowState): Place | undefined {
  if (run.root === undefined) return undefined;
  return { run, at: '', plan: plan.root, activation: run.root, key: 0, parent: undefined };
}

/** The last open activation on a path that leads through a place: what the path names, or what is open above that. */
export function deepestPlace(from: Place, path: string): Place {
  let place = from;
  while (place.at.length < path.length) {
    const child = childOnPath(place, path);
    if (child === undefined) return place;
    place = child;
  }
  return place;
}

/**
 * A place once something has happened to it, or to what it was about to start: what it is in stands where it stood, so that nothing
 * is looked up by name. When it is over, what is open above it.
 */
export function placeAfter(before: Place, run: FlowState): Place | undefined {
  const { at, plan, key } = before;
  if (before.parent === undefined) {
    return run.root && { run, at, plan, activation: run.root, key, parent: undefined };
  }
  const parent = placeAfter(before.parent, run);
  if (parent?.at.length !== before.parent.at.length) return parent;
  const slot = slotAt(parent.activation, key);
  return isOpen(slot) ? { run, at, plan, activation: slot, key, parent } : parent;
}

function slotAt(parent: Activation, key: number): Slot | undefined {
  switch (parent.kind) {
    case 'graph':
      return chunkItem(parent.entries, key)?.of;
    case 'parallel':
    case 'race':
    case 'map':
      return chunkItem(parent.slots, key);
    case 'chain':
    case 'loop':
    case 'route':
    case 'saga':
      return parent.child;
    default:
      return undefined;
  }
}

/** The entry of a graph that stands at a key, if it is the one of that id, and open. */
export function entryAt(graph: Place, { key, id }: { readonly key: number; readonly id: string }): Place | undefined {
  const { run, at, plan, activation } = graph;
  if (plan.kind !== 'graph' || activation.kind !== 'graph') return undefined;
  const entry = chunkItem(activation.entries, key);
  const child = plan.children[plan.nodeIndex.get(entry?.node ?? '') ?? END_INDEX];
  if (child === undefined || entry?.id !== id || !isOpen(entry.of) || entry.of.kind !== child.kind) return undefined;
  return { run, at: namedChild(at, id), plan: child, activation: entry.of, key, parent: graph };
}

/** The open child of a place that a path names next. */
function childOnPath(place: Place, path: string): Place | undefined {
  const { plan, activation: parent } = place;
  const pos = place.at.length;
  switch (parent.kind) {
    case 'graph':
      return plan.kind === 'graph' ? entryOnPath(place, plan, parent, path) : undefined;
    case 'parallel':
    case 'race': {
      const from = nameStart(path, pos);
      if (from < 0) return undefined;
      const end = segmentEnd(path, from);
      const key = childIndex(plan, path.slice(from, end));
      if (key === undefined) return undefined;
      return inSlot(place, { plan: plan.children[key], slot: chunkItem(parent.slots, key), key, path, end });
    }
    case 'map': {
      const read = numberAt(path, pos, OPENING);
      if (read === undefined) return undefined;
      const { value: key } = read;
      const slot = chunkItem(parent.slots, key);
      return inSlot(place, { plan: plan.children[0], slot, key, path, end: read.end + 1 });
    }
    case 'loop': {
      const read = numberAt(path, pos, HASH);
      if (read?.value !== parent.round) return undefined;
      return inSlot(place, { plan: plan.children[0], slot: parent.child, key: 0, path, end: read.end });
    }
    case 'chain':
    case 'route':
    case 'saga': {
      const key = currentChild(plan, parent);
      if (key === undefined) return undefined;
      const end = endOfSegment(path, pos, segmentOf(plan, key));
      return end < 0 ? undefined : inSlot(place, { plan: plan.children[key], slot: parent.child, key, path, end });
    }
    default:
      return undefined;
  }
}

const OPENING = 91;
const HASH = 35;

interface SlotOnPath {
  readonly plan: NodePlan | undefined;
  readonly slot: Slot | undefined;
  readonly key: number;
  readonly path: string;
  /** Where its segment ends. */
  readonly end: number;
}

function inSlot(parent: Place, { plan, slot, key, path, end }: SlotOnPath): Place | undefined {
  if (plan === undefined || !isOpen(slot) || slot.kind !== plan.kind) return undefined;
  const at = end === path.length ? path : path.slice(0, end);
  return { run: parent.run, at, plan, activation: slot, key, parent };
}

function entryOnPath(
  place: Place,
  plan: Extract<NodePlan, { kind: 'graph' }>,
  graph: GraphActivation,
  path: string,
): Place | undefined {
  const pos = place.at.length;
  const only = graph.left === 1 && chunkLength(graph.entries) === 1 ? graph.entries[0]?.[0] : undefined;
  let key = 0;
  let end: number;
  if (only === undefined) {
    const from = nameStart(path, pos);
    if (from < 0) return undefined;
    end = segmentEnd(path, from);
    key = entryKey(graph, from === 0 && end === path.length ? path : path.slice(from, end));
  } else end = endOfSegment(path, pos, only.id);
  const entry = only ?? chunkItem(graph.entries, key);
  const index = entry === undefined || end < 0 ? undefined : plan.nodeIndex.get(entry.node);
  if (entry === undefined || index === undefined) return undefined;
  return inSlot(place, { plan: plan.children[index], slot: entry.of, key, path, end });
}

/** Items of a fan-out mostly stand where their number says; other entries are few. */
function entryKey(graph: GraphActivation, id: string): number {
  const guess = numberAt(id, id.indexOf('['), OPENING)?.value ?? 0;
  if (chunkItem(graph.entries, guess)?.id === id) return guess;
  const length = chunkLength(graph.entries);
  for (let key = 0; key < length; key += 1) if (chunkItem(graph.entries, key)?.id === id) return key;
  return -1;
}

function numberAt(path: string, pos: number, opening: number): { value: number; end: number } | undefined {
  if (path.charCodeAt(pos) !== opening) return undefined;
  let end = pos + 1;
  let value = 0;
  for (; end < path.length; end += 1) {
    const digit = path.charCodeAt(end) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return end === pos + 1 ? undefined : { value, end };
}
