export * from '../hub-local/index.js';
export { granted, type LocalContext, type LocalHandler, type LocalHandlers } from './local-handler.js';
export type { EndedRun } from './local-host.js';
export { LocalLocks } from './local-locks.js';
export { type AnyExecutable, LOCAL_DEFAULTS, type LocalOptions, type PublishedEvent } from './local-options.js';
export {
  type Checkpoint,
  type DeadLetter,
  type ForkOptions,
  type OpenRuns,
  openRuns,
  type RunListing,
  type RunMoment,
} from './open-runs.js';
export type { AnyLanguage } from './own-languages.js';
export { requireInput } from './require-input.js';
export type { RunHeader, RunStatus } from './run-header.js';
export { type IdleRun, type LocalRun, runLocal } from './run-local.js';
export type { HostNote } from './run-record.js';
export type { SecretSource } from './secret-vault.js';
export { type FileStoreOptions, fileStore } from './store/file-store.js';
export { memoryStore } from './store/memory-store.js';
export type { RunAppend, RunStore, Soon, StoredFrame, StoredRecord, StoredRun } from './store/run-store.js';
export { type SqliteStoreOptions, sqliteStore } from './store/sqlite-store.js';
export type { OpenQuestion, StreamItem, StreamItemOf, StreamMode } from './stream-item.js';
