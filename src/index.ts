export { lineReport, type Report } from 'tau-core/node';
export { openSqliteJournal, type SqliteJournalOptions } from './journal/open-journal.js';
export type { SqliteJournal } from './journal/sqlite-journal.js';
export { type LocalExtensionOptions, localExtension } from './local-extension.js';
