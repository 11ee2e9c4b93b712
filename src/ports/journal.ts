/** One record of a stream. */
export interface JournalRecord {
  /** 1, 2, ... in its stream, without holes. */
  readonly seq: number;
  readonly type: string;
  /** What within the stream it is about, e.g. a run's id; empty for the stream itself. */
  readonly subject: string;
  /** Hybrid logical clock stamp, as `hlcText` writes it. */
  readonly hlc: string;
  /** Up to `JOURNAL_LIMITS.recordBytesMax` bytes. */
  readonly data: Uint8Array;
}

/** Records for one stream, to follow its record number `expectedSeq`. */
export interface StreamAppend {
  readonly stream: string;
  readonly expectedSeq: number;
  readonly records: readonly JournalRecord[];
}

/** What `read` gives at most. */
export interface ReadOptions {
  readonly recordsMax?: number;
  readonly bytesMax?: number;
  /** Only records with this subject. */
  readonly subject?: string;
  /** No record after this one. */
  readonly toSeq?: number;
}

export interface JournalPage {
  readonly records: readonly JournalRecord[];
  /** Where the next page starts; undefined when this one reached the end. */
  readonly nextSeq: number | undefined;
}

export interface StreamInfo {
  readonly stream: string;
  readonly lastSeq: number;
}

export interface Snapshot {
  /** The state after this record. */
  readonly seq: number;
  readonly state: Uint8Array;
}

/** Named limits of every journal. */
export const JOURNAL_LIMITS = {
  /** A GitHub payload at its limit, quoted as JSON, fits. */
  recordBytesMax: 4 * 1024 * 1024,
  /** One page crosses in one frame. */
  pageBytesMax: 4 * 1024 * 1024,
  pageRecordsMax: 10_000,
  streamsPageMax: 1_000,
} as const;

/**
 * The port behind which durability lives. One writer at a time, by claim.
 *
 * Guarantees, checked for every implementation by `journalSuite` of the testing door:
 * 1. A resolved `append` is on disk (as far as the implementation is durable at all), whole.
 * 2. A refused `append` stored nothing, of any of its streams.
 * 3. Repeating a stored append answers as the first did: the writer that lost an answer asks again.
 * 4. After `claim`, every append and snapshot of an earlier epoch is refused: a frozen owner cannot write.
 * 5. Calls take effect in the order in which they were made.
 * 6. Pages are bounded by records and by bytes; a page holds at least one record when there is one.
 *
 * Errors: JOURNAL_FENCED (an older epoch), JOURNAL_CONFLICT (`expectedSeq` is not the stream's last, and the batch
 * is not the one stored there), LIMIT_EXCEEDED (a record too large), JOURNAL_CORRUPT, JOURNAL_FAILED (outcome unknown).
 */
export interface Journal {
  /** Makes the caller the only writer; epochs grow by at least 1 and start at 1. */
  claim(writer: string): Promise<number>;
  append(epoch: number, streams: readonly StreamAppend[]): Promise<void>;
  read(stream: string, fromSeq: number, options?: ReadOptions): Promise<JournalPage>;
  /** Streams in ascending order of their names (by code unit), those after `after`. */
  list(after: string, streamsMax: number): Promise<readonly StreamInfo[]>;
  /** Keeps the newest; one that is older than what is kept is ignored. */
  saveSnapshot(epoch: number, stream: string, snapshot: Snapshot): Promise<void>;
  loadSnapshot(stream: string): Promise<Snapshot | undefined>;
}
