import { describe } from 'vitest';
import { describeClaims } from './claims.js';
import type { MakeJournal } from './journal-subject.js';
import { describePages } from './pages.js';
import { describeRandomOperations } from './random-operations.js';
import { describeSnapshots } from './snapshots.js';
import { describeWriting } from './writing.js';

/** How much the suite does. */
export interface JournalSuiteOptions {
  /** Seeds of the random operations test, 1 to this; default 20. */
  readonly seeds?: number;
}

/**
 * The tests that every implementation of the Journal port passes, for vitest: the six guarantees, all errors, bounds
 * of pages, subjects, snapshots, many streams, and random operations against a model. Call it in a test file:
 *
 * ```ts
 * import { journalSuite, MemoryJournal } from 'tau-core/testing';
 *
 * journalSuite('MemoryJournal', async () => ({ journal: new MemoryJournal() }));
 * ```
 */
export function journalSuite(name: string, make: MakeJournal, options: JournalSuiteOptions = {}): void {
  describe(`${name} as a journal`, () => {
    describeWriting(make);
    describeClaims(make);
    describePages(make);
    describeSnapshots(make);
    describeRandomOperations(make, options.seeds ?? 20);
  });
}
