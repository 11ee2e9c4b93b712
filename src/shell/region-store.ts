import type { JournalPage, JournalRecord, ReadOptions } from 'tau-core';

/** Where a region's events go. A durable region's go to the journal, a volatile one's nowhere. */
export interface RegionStore {
  readonly durable: boolean;
  /** Resolves when the records are as safe as this store makes them. */
  append(stream: string, expectedSeq: number, records: readonly JournalRecord[]): Promise<void>;
  read(stream: string, fromSeq: number, options: ReadOptions): Promise<JournalPage>;
  saveSnapshot(stream: string, seq: number, state: Uint8Array): Promise<void>;
}

/** Keeps nothing: what a volatile region remembers is its state and its feed. */
export const VOLATILE_STORE: RegionStore = {
  durable: false,
  append: () => Promise.resolve(),
  read: () => Promise.resolve({ records: [], nextSeq: undefined }),
  saveSnapshot: () => Promise.resolve(),
};
