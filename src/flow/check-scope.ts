import type { FlowContext } from './expression-dialect.js';
import type { FindingOptions, Findings, Place } from './findings.js';
import type { Reducers } from './reducer.js';

/** What one validation collects, and looks up. */
export interface Walk {
  readonly findings: Findings;
  readonly reducers: Reducers;
  readonly patches: ReadonlySet<string>;
  /** Nodes seen so far. */
  nodes: number;
}

/** A lock that a node around is known to hold. */
export interface HeldLock {
  readonly key: string;
  readonly slots: number;
}

/** What there is at one place of a definition. */
export interface CheckScope {
  /** Contexts that expressions may look at here. */
  readonly contexts: ReadonlySet<FlowContext>;
  /** Keys of the state of the nearest graph; undefined outside of graphs. */
  readonly stateKeys: ReadonlySet<string> | undefined;
  /** Those of them that are secret. */
  readonly secretKeys?: ReadonlySet<string>;
  /** Present for a node of a graph: the names of its nodes. */
  readonly siblings: ReadonlySet<string> | undefined;
  /** Locks with keys that are known here, which are held while this runs. */
  readonly locks?: readonly HeldLock[];
  /** Level of the node, from 1. */
  readonly depth: number;
}

/** A place that is checked, with what there is at it. */
export interface Spot {
  readonly place: Place;
  readonly scope: CheckScope;
  readonly walk: Walk;
}

/** Within a place. */
export function within(spot: Spot, step: string | number): Spot {
  return { ...spot, place: spot.place.at(step) };
}

/** The same place, where expressions see more. */
export function seeing(spot: Spot, ...contexts: readonly FlowContext[]): Spot {
  const { scope } = spot;
  return { ...spot, scope: { ...scope, contexts: new Set([...scope.contexts, ...contexts]) } };
}

/** Says what is wrong at a place. */
export function report(spot: Spot, message: string, options?: FindingOptions): void {
  spot.walk.findings.add(spot.place, message, options);
}
