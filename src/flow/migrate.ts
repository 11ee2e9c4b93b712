import type { Json, JsonObject, Migrated } from 'tau-core';
import { childPath, currentChild } from './children.js';
import { chunksOf, flatChunks } from './chunks.js';
import type { FlowPlan } from './flow-plan.js';
import { joinsUnder } from './graph-joins.js';
import { fitsKey } from './graph-updates.js';
import type { GraphPlan, NodePlan, StatePlan } from './node-plan.js';
import { labelOf, segmentOf } from './path.js';
import { fitsReducer } from './reducer.js';
import { emptySlots } from './start-activation.js';
import { type Activation, type FlowState, type GraphActivation, isOpen, type Slot } from './state.js';
import { timersOf } from './timers.js';

/**
 * The state of a run for another version of its definition. What is open must still be there, of the same kind and name, and what
 * a graph's keys hold must fit their types and reducers; new keys get their initial values, keys that are gone are dropped, and what is new
 * behind or beside what is open just comes. Patches stay those that the run began under. Messages that are kept stay, for nodes
 * that wait for them now, or will in a later version.
 */
export function migrate(from: FlowPlan, to: FlowPlan, state: FlowState): Migrated<FlowState> {
  const { root, timers: _, inboxUnread: __, ...others } = state;
  if (root === undefined) return { ok: true, state };
  const reasons: string[] = [];
  const moved = move({ from: from.root, to: to.root, at: '' }, root, reasons);
  if (moved === undefined || reasons.length > 0) return { ok: false, reasons };
  const timers = timersOf(to.root, moved);
  const rest = state.inbox !== undefined && to.hasReceive ? { ...others, inboxUnread: true as const } : others;
  return { ok: true, state: timers === undefined ? { ...rest, root: moved } : { ...rest, root: moved, timers } };
}

interface Move {
  readonly from: NodePlan;
  readonly to: NodePlan | undefined;
  readonly at: string;
}

function move({ from, to, at }: Move, activation: Activation, reasons: string[]): Activation | undefined {
  const refuse = (why: string): undefined => {
    reasons.push(`${labelOf(at)}: ${why}`);
    return undefined;
  };
  if (to === undefined)
    return refuse(`it is open, and the other definition has no such node: keep it until it has ended`);
  if (from.kind !== to.kind || activation.kind !== to.kind)
    return refuse(
      `it is open as a ${activation.kind}, and is a ${to.kind} in the other definition: keep its kind, and add another node`,
    );
  if (activation.phase === 'before' && to.before === undefined)
    return refuse('its question before it starts is open: keep its "interrupt", or answer it first');
  if (activation.phase === 'after' && to.after === undefined)
    return refuse('its question after its end is open: keep its "interrupt", or answer it first');
  if ((activation.phase === 'lock' || activation.locked === true) && to.lock === undefined)
    return refuse('it holds its lock, or waits for it: keep its "lock" until it has ended');
  switch (activation.kind) {
    case 'graph':
      return from.kind === 'graph' && to.kind === 'graph'
        ? moveGraph({ from, to, at }, activation, reasons)
        : refuse('it is no graph');
    case 'parallel':
    case 'race':
    case 'map':
      return moveSlots({ from, to, at }, activation, reasons);
    case 'chain':
    case 'loop':
    case 'route':
    case 'saga':
      return moveChild({ from, to, at }, activation, reasons);
    default:
      return activation;
  }
}

type OneChild = Extract<Activation, { kind: 'chain' | 'loop' | 'route' | 'saga' }>;

/** What was done must still come before what is open, in the same order. */
function moveChild(
  { from, to, at }: Move & { readonly to: NodePlan },
  parent: OneChild,
  reasons: string[],
): Activation {
  const done = parent.kind === 'chain' ? parent.done : parent.kind === 'saga' ? parent.done.length : 0;
  for (let index = 0; index < done; index += 1) {
    if (from.children[index]?.name === to.children[index]?.name) continue;
    const name = from.children[index]?.name ?? '';
    reasons.push(
      `${labelOf(at)}: "${name}" is done, and is not number ${index + 1} in the other definition: keep what is done in its place`,
    );
    return parent;
  }
  const key = currentChild(from, parent);
  const child = key === undefined ? undefined : from.children[key];
  if (key === undefined || child === undefined || parent.child === undefined) return parent;
  const other = currentChild(to, parent);
  const isSame =
    other !== undefined && to.children[other] !== undefined && segmentOf(to, other) === segmentOf(from, key);
  const moved = move(
    { from: child, to: isSame ? to.children[other] : undefined, at: childPath(from, parent, at, key) },
    parent.child,
    reasons,
  );
  return moved === undefined ? parent : { ...parent, child: moved };
}

type Slotted = Extract<Activation, { kind: 'parallel' | 'race' | 'map' }>;

/** Slots stand in order of the children: each goes where its name is now. Children that are new start as the others did. */
function moveSlots({ from, to, at }: Move & { readonly to: NodePlan }, parent: Slotted, reasons: string[]): Activation {
  const before = flatChunks(parent.slots);
  const moveSlot = (slot: Slot, key: number, target: NodePlan | undefined): Slot => {
    const child = from.children[parent.kind === 'map' ? 0 : key];
    if (!isOpen(slot) || child === undefined) return slot;
    return move({ from: child, to: target, at: childPath(from, parent, at, key) }, slot, reasons) ?? slot;
  };
  if (parent.kind === 'map') {
    return { ...parent, slots: chunksOf(before.map((slot, key) => moveSlot(slot, key, to.children[0]))) };
  }
  const names = from.children.map(({ name }) => name);
  const isPrefix = names.every((name, index) => to.children[index]?.name === name);
  if (!isPrefix) {
    reasons.push(
      `${labelOf(at)}: it is open with ${names.join(', ')}: keep these first, in this order, and add others behind them`,
    );
    return parent;
  }
  const more = parent.kind === 'race' && parent.next > 0 ? 0 : to.children.length - before.length;
  const slots = before.map((slot, key) => moveSlot(slot, key, to.children[key]));
  return { ...parent, slots: chunksOf([...slots, ...flatChunks(emptySlots(more))]) };
}

function moveGraph(
  { from, to, at }: { readonly from: GraphPlan; readonly to: GraphPlan; readonly at: string },
  graph: GraphActivation,
  reasons: string[],
): Activation {
  const { joins: _, ...rest } = graph;
  const entries = flatChunks(graph.entries).map((entry, key) => {
    const child = from.children[from.nodeIndex.get(entry.node) ?? -1];
    const target = to.children[to.nodeIndex.get(entry.node) ?? -1];
    if (target === undefined || child === undefined) {
      reasons.push(
        `${labelOf(childPath(from, graph, at, key))}: it is due, and the other definition has no such node: keep it`,
      );
      return entry;
    }
    if (!isOpen(entry.of)) return entry;
    const moved = move({ from: child, to: target, at: childPath(from, graph, at, key) }, entry.of, reasons);
    return moved === undefined ? entry : { ...entry, of: moved };
  });
  const order = (node: string): number => to.nodeIndex.get(node) ?? 0;
  const sorted = entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => order(a.entry.node) - order(b.entry.node) || a.index - b.index)
    .map(({ entry }) => entry);
  const values = moveValues({ from, to, at }, graph, reasons);
  const joins = joinsUnder(to, graph.joins);
  return { ...rest, values, entries: chunksOf(sorted), ...(joins && { joins }) };
}

/** What the keys hold that there still are; what does not fit them any more is refused. */
function moveValues(
  { from, to, at }: { readonly from: GraphPlan; readonly to: GraphPlan; readonly at: string },
  graph: GraphActivation,
  reasons: string[],
): JsonObject {
  const values: { [key: string]: Json } = {};
  for (const key of to.keys) {
    const value = Object.hasOwn(graph.values, key.name) ? graph.values[key.name] : undefined;
    values[key.name] = value ?? key.initial;
    if (value === undefined || value === null) continue;
    const why = misfitOf(key, from.keys[from.keyIndex.get(key.name) ?? -1], value);
    if (why !== undefined) reasons.push(`${labelOf(at)}: key "${key.name}" ${why}`);
  }
  return values;
}

/** Why a key cannot go on with what it holds, in words that follow its name; undefined when it can. */
function misfitOf(key: StatePlan, before: StatePlan | undefined, value: Json): string | undefined {
  if (!fitsKey(key, value))
    return key.secret
      ? 'becomes secret, and what it holds is stored already: use another key'
      : `does not fit its new type ${key.type}: keep its type, or use another key`;
  if (key.secret || key.reducerName === before?.reducerName || fitsReducer(key.reducer, value)) return undefined;
  return `does not fit its new reducer "${key.reducerName}": keep its reducer, or use another key`;
}
