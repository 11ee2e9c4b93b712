import type { ErrorData, Instant, RunBegin } from 'tau-core';
import type { OverlapPolicy, ScheduleDefinition } from './definition.js';

/** One occurrence on its way to a run. */
export interface Start {
  /** Of the call that starts it; unique in the schedule's run. */
  readonly callId: string;
  readonly at: Instant;
  readonly cause: 'time' | 'backfill' | 'trigger';
  /** Which backfill or trigger caused it, counted from 1. */
  readonly asked?: number;
  /** What the host knows it by: of calls with equal keys only one starts a run. */
  readonly key: string;
  readonly overlap: OverlapPolicy;
}

/** A start, or the run that it started while somebody waits for its end. */
export interface OpenStart extends Start {
  /** Whether the call lasts as long as the run. */
  readonly waits: boolean;
}

/** What is known of the next occurrence. `lookAgain`: there is none up to and including `at`. */
export type Next =
  | { readonly kind: 'unplanned' }
  | { readonly kind: 'at'; readonly at: Instant; readonly due: Instant }
  | { readonly kind: 'lookAgain'; readonly at: Instant }
  | { readonly kind: 'none' };

/** A span whose occurrences are started one by one. */
export interface Backfill {
  readonly number: number;
  /** Everything up to and including this has been seen to. */
  readonly cursor: Instant;
  readonly until: Instant;
  readonly overlap: OverlapPolicy;
  readonly again?: string;
}

/** What has come of the occurrences so far. Each is started, skipped or missed; each started one ends at most one way. */
export interface Counts {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
  /** Messages that were refused. */
  readonly refused: number;
}

/** One of the last things that happened, for whoever looks at the schedule. */
export interface Noted {
  readonly what: 'ended' | 'skipped' | 'missed' | 'refused';
  readonly at: Instant;
  readonly text: string;
  readonly error?: ErrorData;
}

/** A schedule while it runs. Plain JSON; bounded by `runningMax`, `bufferMax`, `BACKFILLS_MAX` and `NOTED_MAX`. */
export interface ScheduleState {
  readonly format: 1;
  /** What keys begin with. */
  readonly id: string;
  /** Where that is not the id of its run: what tells its triggers from those of another run with the same id. */
  readonly runId?: string;
  /** Everything that time brought up to and including this has been seen to. */
  readonly cursor: Instant;
  readonly next: Next;
  readonly paused?: string;
  /** What occurs up to this is missed, as it was paused then; it is not all counted yet. */
  readonly missesTo?: Instant;
  /** Occurrences that time has brought. */
  readonly taken: number;
  /** Backfills and triggers that were asked for. */
  readonly asked: number;
  readonly open: { readonly [callId: string]: OpenStart };
  /** First in, first out. */
  readonly buffer: readonly Start[];
  readonly backfills: readonly Backfill[];
  readonly counts: Counts;
  /** Newest last. */
  readonly noted: readonly Noted[];
  readonly finished?: true;
}

export const BACKFILLS_MAX = 10;
export const NOTED_MAX = 20;

const NO_COUNTS: Counts = { started: 0, succeeded: 0, failed: 0, cancelled: 0, skipped: 0, missed: 0, refused: 0 };

/** What occurs at the very instant of the begin counts. */
export function initialState(definition: ScheduleDefinition, begin: RunBegin): ScheduleState {
  return {
    format: 1,
    id: definition.id ?? begin.runId,
    ...(definition.id === undefined ? {} : { runId: begin.runId }),
    cursor: (begin.startedAt - 1) as Instant,
    next: { kind: 'unplanned' },
    ...(definition.paused === true ? { paused: 'as it is defined' } : {}),
    taken: 0,
    asked: 0,
    open: {},
    buffer: [],
    backfills: [],
    counts: NO_COUNTS,
    noted: [],
  };
}
