import type { Json } from 'tau-core';
import { childPath, forEachOpen } from './children.js';
import { chunkItem } from './chunks.js';
import type { NodePlan } from './node-plan.js';
import type { Activation, FlowState, GraphEntry, Slot } from './state.js';

/** An activation, with all that it is in. */
export interface Place<P extends NodePlan = NodePlan, A extends Activation = Activation> {
  /** The run, as it is at this moment. */
  readonly run: FlowState;
  readonly at: string;
  readonly plan: P;
  readonly activation: A;
  /** Which child of its parent it is. */
  readonly key: number;
  readonly parent: Place | undefined;
}

/** A place whose node is of one kind. */
export type PlaceOf<Kind extends NodePlan['kind']> = Place<
  Extract<NodePlan, { kind: Kind }>,
  Extract<Activation, { kind: Kind }>
>;

/** The open children of a place, in order; of many, those in pieces that are wanted. */
export function openChildren(
  place: Place,
  isWanted?: (chunk: readonly (GraphEntry | Slot)[]) => boolean,
): readonly Place[] {
  const children: Place[] = [];
  forEachOpen(
    place.plan,
    place.activation,
    (plan, activation, key) => {
      const at = childPath(place.plan, place.activation, place.at, key);
      children.push({ run: place.run, at, plan, activation, key, parent: place });
    },
    isWanted,
  );
  return children;
}

/** Calls back for a place and all that is open below it, from above. */
export function walkPlaces(place: Place, visit: (place: Place) => void): void {
  visit(place);
  for (const child of openChildren(place)) walkPlaces(child, visit);
}

/** The entry of its graph that a place is; undefined for what is no node of a graph. */
export function entryOf(place: Place): GraphEntry | undefined {
  const graph = place.parent?.activation;
  return graph?.kind === 'graph' ? chunkItem(graph.entries, place.key) : undefined;
}

/** The item of the fan-out or map that a place is in, the nearest one. */
export function itemOf(place: Place): { readonly item: Json; readonly index: number | undefined } | undefined {
  for (let inner: Place | undefined = place; inner?.parent !== undefined; inner = inner.parent) {
    const outer = inner.parent.activation;
    if (outer.kind === 'map') return { item: outer.items?.[inner.key] ?? null, index: inner.key };
    const entry = entryOf(inner);
    if (entry?.given !== undefined) return { item: entry.given, index: entry.index };
  }
  return undefined;
}
