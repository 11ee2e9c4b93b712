export type { JournalSubject, MakeJournal } from './journal-suite/journal-subject.js';
export { type JournalSuiteOptions, journalSuite } from './journal-suite/journal-suite.js';
export * from './simulation.js';
