import { Map as ImmutableMap, OrderedMap } from 'immutable';
import type { Hlc, Json, RegionId } from 'tau-core';
import { type LockTable, NO_LOCKS } from 'tau-orchestrate';
import { type RunImage, runFromImage, runImage } from './open-calls.js';
import type { SeenKeys } from './seen-keys.js';
import type {
  AcceptedEvent,
  BoundDefinition,
  DeadLetter,
  EndedRun,
  LockNews,
  RegionState,
  SessionState,
} from './state.js';

const FORMAT = 1;

interface SeenImage<Value> {
  readonly young: readonly (readonly [string, Value])[];
  readonly old: readonly (readonly [string, Value])[];
}

/** A region's state as plain JSON, the same for equal states whatever order built them. */
export interface RegionImage {
  readonly format: typeof FORMAT;
  readonly id: RegionId;
  readonly seq: number;
  readonly hlc: Hlc;
  readonly session?: SessionState;
  readonly runs: readonly RunImage[];
  /** In the order in which they ended. */
  readonly ended: readonly EndedRun[];
  readonly runsTotal: number;
  readonly adopted: readonly BoundDefinition[];
  readonly catalogue: readonly BoundDefinition[];
  readonly events: SeenImage<AcceptedEvent>;
  readonly starts: SeenImage<string>;
  readonly deadLetters: readonly DeadLetter[];
  /** Absent while no lock is claimed: states of earlier kernels keep their hash. */
  readonly locks?: LockTable;
  readonly lockNews?: readonly LockNews[];
}

/** Takes a picture of a state, for a snapshot or a hash. */
export function regionImage(state: RegionState): RegionImage {
  return {
    format: FORMAT,
    id: state.id,
    seq: state.seq,
    hlc: state.hlc,
    ...(state.session && { session: state.session }),
    runs: sorted(state.runs).map(([, run]) => runImage(run)),
    ended: [...state.ended.values()],
    runsTotal: state.runsTotal,
    adopted: sorted(state.adopted).map(([, bound]) => bound),
    catalogue: sorted(state.catalogue).map(([, bound]) => bound),
    events: seenImage(state.events),
    starts: seenImage(state.starts),
    deadLetters: state.deadLetters,
    ...(Object.keys(state.locks).length > 0 && { locks: state.locks }),
    ...(state.lockNews.length > 0 && { lockNews: state.lockNews }),
  };
}

/** The state that a picture was taken of. Undefined for a format that this kernel does not know: replay instead. */
export function regionFromImage(image: RegionImage): RegionState | undefined {
  if (image.format !== FORMAT) return undefined;
  return {
    id: image.id,
    seq: image.seq,
    hlc: image.hlc,
    session: image.session,
    runs: ImmutableMap(image.runs.map((run) => [run.runId, runFromImage(run)] as const)),
    ended: OrderedMap(image.ended.map((run) => [run.runId, run] as const)),
    runsTotal: image.runsTotal,
    adopted: ImmutableMap(image.adopted.map((bound) => [bound.version, bound] as const)),
    catalogue: ImmutableMap(image.catalogue.map((bound) => [bound.name, bound] as const)),
    events: seenFromImage(image.events),
    starts: seenFromImage(image.starts),
    deadLetters: image.deadLetters,
    locks: image.locks ?? NO_LOCKS,
    lockNews: image.lockNews ?? [],
  };
}

function sorted<Value>(map: ImmutableMap<string, Value>): [string, Value][] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

function seenImage<Value extends Json>(seen: SeenKeys<Value>): SeenImage<Value> {
  return { young: sorted(seen.young), old: sorted(seen.old) };
}

function seenFromImage<Value extends Json>(image: SeenImage<Value>): SeenKeys<Value> {
  return {
    young: ImmutableMap(image.young.map(([key, value]) => [key, value] as const)),
    old: ImmutableMap(image.old.map(([key, value]) => [key, value] as const)),
  };
}
