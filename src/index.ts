export type { Clock, Random, Timer } from './ports/clock.js';
export {
  JOURNAL_LIMITS,
  type Journal,
  type JournalPage,
  type JournalRecord,
  type ReadOptions,
  type Snapshot,
  type StreamAppend,
  type StreamInfo,
} from './ports/journal.js';
export { type Backoff, backoffDelayMs } from './vocabulary/backoff.js';
export { type CloudEvent, eventTypeMatches, type PlacedEvent } from './vocabulary/cloud-event.js';
export { type CatalogueEntry, ERROR_CATALOGUE, type ErrorCode, type ErrorName } from './vocabulary/error-catalogue.js';
export { HLC_ZERO, type Hlc, hlcCompare, hlcMerge, hlcText, hlcTick, parseHlc } from './vocabulary/hlc.js';
export { HOST_CAPABILITIES } from './vocabulary/host-capabilities.js';
export { HOST_SESSIONS, writableSession } from './vocabulary/host-sessions.js';
export {
  type CallId,
  callId,
  type RegionId,
  type RunId,
  regionId,
  runId,
  type WorkId,
  workId,
} from './vocabulary/ids.js';
export { earliest, type Instant, instant, later } from './vocabulary/instant.js';
export { canonicalJson, isJsonObject, type Json, type JsonObject } from './vocabulary/json.js';
export { type Decision, type Machine, NOTHING } from './vocabulary/machine.js';
export type { Budget, Outcome, Principal, Usage } from './vocabulary/outcome.js';
export type {
  CallPolicy,
  Diagnostic,
  Executable,
  Migrated,
  Narration,
  Parsed,
  Program,
  ProgramEffect,
  ProgramInput,
  ProgramLanguage,
  Redacted,
  RetryPolicy,
  RunBegin,
  ScheduledStart,
  SecretPlaces,
} from './vocabulary/program.js';
export { answerRefusal, offeredActions } from './vocabulary/question-answer.js';
export {
  type ErrorData,
  type ErrorOptions,
  errorData,
  TauError,
  tauError,
  toErrorData,
} from './vocabulary/tau-error.js';
export { triggerEvent } from './vocabulary/trigger-event.js';
