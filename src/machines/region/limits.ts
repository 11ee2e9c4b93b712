/** Named limits of a region, fixed for the life of a kernel; events carry their results, never the limits. */
export interface RegionLimits {
  /** Deadline of a run that names none. */
  readonly runTimeoutMs: number;
  /** Deadline of a call that names none. */
  readonly callTimeoutMs: number;
  /** Runs in progress in one region. */
  readonly runsMax: number;
  /** Bytes of context that a session carries, in UTF-8. */
  readonly contextBytesMax: number;
  /** Messages that wait in a run's inbox. */
  readonly inboxMax: number;
}

export const REGION_LIMITS: RegionLimits = {
  // As long as GitHub lets a workflow run.
  runTimeoutMs: 35 * 24 * 3_600_000,
  // As long as GitHub lets a job run.
  callTimeoutMs: 6 * 3_600_000,
  runsMax: 100_000,
  contextBytesMax: 1024 * 1024,
  inboxMax: 1_000,
};

/** Programs whose runs stand for as long as they are wanted: no limit of a run's life ends them. */
export const STANDING_PROGRAMS: ReadonlySet<string> = new Set(['schedule', 'hub']);
/** As good as for ever: a hundred years. */
export const STANDING_TIMEOUT_MS = 100 * 365 * 24 * 3_600_000;

/*
 * Bounds of what evolve keeps. They shape the state, so that replay with other values would give another state:
 * they are constants of the journal's format and not configuration.
 */
/** Event identities remembered at least; GitHub redelivers for three days, a busy project has about 3,000 a day. */
export const SEEN_EVENTS = 10_000;
/** Start keys remembered at least. */
export const SEEN_STARTS = 10_000;
/** Ended runs that stay listed, at least. */
export const ENDED_RUNS = 10_000;
/** The oldest ended runs are dropped by this many at a time. */
export const ENDED_RUNS_DROPPED = 1_000;
/** Dead letters that stay listed. */
export const DEAD_LETTERS = 1_000;
/** Losses of a call's provider before it is given up: far above what restarts cause, low enough to stop a poison call. */
export const LOSSES_MAX = 100;
/** Programs told of their locks in one decision: the others are told in the next ones. Shapes no state. */
export const LOCK_NEWS_MAX = 256;
