export { openSqliteJournal, type SqliteJournalOptions } from './journal/open-journal.js';
export type { SqliteJournal } from './journal/sqlite-journal.js';
export { type LocalExtensionOptions, localExtension } from './local-extension.js';
export { lineReport, type Report } from './service/report.js';
