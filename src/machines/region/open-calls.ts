import { Map as ImmutableMap } from 'immutable';
import type { CallState, RunState } from './state.js';

/** A run that has no call in flight. */
export const NO_CALLS: RunState['calls'] = ImmutableMap();

/**
 * Calls in the order in which they were asked for, those of one moment by their ids. A map's own order depends on its
 * history: what is done to all calls of a run is done in this one.
 */
export function callsByAge(calls: RunState['calls']): CallState[] {
  const all = [...calls.values()];
  return all.sort((a, b) => a.requestedMs - b.requestedMs || (a.callId < b.callId ? -1 : 1));
}

/** A run in progress as plain JSON: in snapshots, and in the event of a fork. */
export interface RunImage extends Omit<RunState, 'calls'> {
  readonly calls: { readonly [callId: string]: CallState };
}

export function runImage(run: RunState): RunImage {
  return { ...run, calls: Object.fromEntries(callsByAge(run.calls).map((call) => [call.callId, call])) };
}

export function runFromImage(image: RunImage): RunState {
  return { ...image, calls: ImmutableMap(Object.entries(image.calls)) };
}
