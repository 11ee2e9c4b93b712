/** A record as stores keep it: text that only the runner reads. */
export interface StoredRecord {
  /** 1, 2, ... in its run. */
  readonly seq: number;
  readonly text: string;
}

/** What a run is after the record `seq`, as a difference to an earlier frame. */
export interface StoredFrame {
  readonly seq: number;
  readonly text: string;
}

/** A run in a store. */
export interface StoredRun {
  readonly runId: string;
  /** Written once, as it was made. */
  readonly header: string;
  /** The newest that was written. */
  readonly status: string;
  readonly lastSeq: number;
}

/** What is written at once, whole or not at all. */
export interface RunAppend {
  readonly runId: string;
  /** The number of the run's last record, 0 for a run that is made. */
  readonly expectedSeq: number;
  /** Numbered from `expectedSeq + 1`, without holes. May be empty. */
  readonly records: readonly StoredRecord[];
  readonly frames: readonly StoredFrame[];
  /** Makes the run: given with its first append, and only then. */
  readonly header?: string;
  /** Kept under its key for ever, if it is not there already. */
  readonly definition?: { readonly key: string; readonly text: string };
  /** Takes the place of the status before. */
  readonly status?: string;
  /** The run waits for several calls: what comes of them may be its next append in this very turn, which had better join this one. */
  readonly expectsMore?: true;
}

export type Soon<T> = T | Promise<T>;

/**
 * Where runs are kept. Several processes may have one store; two of them on one run are told apart by `expectedSeq`.
 *
 * Guarantees, checked for every implementation by the suite in `test/run-store-suite.ts`:
 * 1. An append that has returned `undefined`, or whose promise has resolved, is as durable as the store is, whole.
 * 2. One that was refused stored nothing.
 * 3. What was appended is read from then on, at the latest once it is durable.
 * 4. Appends of one run are given one after another: the next one after the one before is durable.
 *
 * Errors: JOURNAL_CONFLICT (the run does not end at `expectedSeq`, is not there, or is there already), JOURNAL_CORRUPT,
 * JOURNAL_FAILED (outcome unknown), JOURNAL_ABSENT (the store was closed).
 */
export interface RunStore {
  /** Returns `undefined` where it is durable at once. */
  append(append: RunAppend): Promise<void> | undefined;
  find(runId: string): Soon<StoredRun | undefined>;
  definition(key: string): Soon<string | undefined>;
  /** Those from `fromSeq` to `toSeq`, both included, in order. */
  records(runId: string, fromSeq: number, toSeq: number): Soon<readonly StoredRecord[]>;
  /** Those frames of the given numbers that there are, in ascending order. */
  frames(runId: string, seqs: readonly number[]): Soon<readonly StoredFrame[]>;
  /** Runs in ascending order of their ids (by code unit), those after `after`. */
  list(after: string, runsMax: number): Soon<readonly StoredRun[]>;
  /** Nothing is left of the run. One that is not there is no error. */
  delete(runId: string): Soon<void>;
  /** Makes durable what was appended, and lets go of files. */
  close(): Soon<void>;
}
