import type { Journal } from '../../ports/journal.js';

/** One empty journal to be tried. */
export interface JournalSubject {
  readonly journal: Journal;
  /** Ends the journal and opens what it stored once more; absent where nothing outlives the journal. */
  readonly reopen?: () => Promise<Journal>;
  /** Called after each test, whether it passed or not. */
  readonly close?: () => Promise<void>;
}

/** Makes an empty journal for one test. */
export type MakeJournal = () => Promise<JournalSubject>;
