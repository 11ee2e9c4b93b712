export type { Entry, ExpressionSource, Template } from './expression/template-source.js';
export type * from './flow/definition.js';
export type { FlowEvent } from './flow/event.js';
export { createFlowLanguage, type FlowLanguage, type FlowLanguageOptions, flowLanguage } from './flow/language.js';
export { flowProgram } from './flow/program.js';
export type { FlowState } from './flow/state.js';
export { defineHub } from './hub/define-hub.js';
export type {
  AgentDefinition,
  BridgeDefinition,
  BridgeRule,
  HubDefinition,
  HubDelivery,
  MailboxOptions,
  Predicate,
  Subscription,
} from './hub/definition.js';
export type { HubEvent } from './hub/event.js';
export { hubLanguage } from './hub/language.js';
export { hubMachine } from './hub/machine.js';
export type { HubEffect, HubInput, PostedMessage } from './hub/port.js';
export { hubProgram } from './hub/program.js';
export { emptyHub, type HubMessage, type HubOptions, type HubState } from './hub/state.js';
export { CallGate, type GateRelease, type GateVerdict } from './policy/call-gate.js';
export {
  type AcquireEffect,
  claimLock,
  claimOf,
  type LockChange,
  type LockClaim,
  type LockHolder,
  type LockTable,
  lockStanding,
  NO_LOCKS,
  releaseLock,
  releaseLocksOf,
} from './policy/lock-table.js';
export {
  type ExponentialOptions,
  exponentialRetry,
  type FailedAttempt,
  fixedRetry,
  jitterOf,
  NO_RETRY,
  type RetryDecision,
  retryDecision,
  SERVICE_RETRY,
} from './policy/retry.js';
export { defineSchedule } from './schedule/define-schedule.js';
export type {
  CronRule,
  DayRule,
  InstantRule,
  IntervalRule,
  OverlapPolicy,
  ScheduleCalendar,
  ScheduleDefinition,
  ScheduledEvent,
  ScheduledRun,
  ScheduleMessage,
  ScheduleRule,
  Weekday,
} from './schedule/definition.js';
export type { ScheduleEvent } from './schedule/event.js';
export { scheduleLanguage, scheduleProgram } from './schedule/language.js';
export type { ScheduleState } from './schedule/state.js';
export { versionOf } from './versioning/definition-version.js';
export { type DefinitionChange, diffDefinitions } from './versioning/diff-definitions.js';
export { changeText, diffJson, JSON_CHANGES_MAX, type JsonChange } from './versioning/diff-json.js';
export { type Divergence, divergenceError } from './versioning/divergence.js';
export { type MigratedRun, migrateRun } from './versioning/migrate-run.js';
export { type RecordedCall, type RecordedDecision, type Replayed, replayRun } from './versioning/replay-run.js';
export { ACTION_RETRY } from './workflow/action-retry.js';
export type * from './workflow/definition.js';
export type { WorkflowEvent } from './workflow/event.js';
export { type FileLookup, workflowFrom, workflowLanguage } from './workflow/language.js';
export { workflowProgram } from './workflow/program.js';
export type {
  EndedJob,
  EndedStep,
  JobResult,
  JobStatus,
  Outputs,
  RunningJob,
  StepResult,
  WorkflowState,
} from './workflow/state.js';
export { type Section, type Support, SYNTAX_TABLE } from './workflow/syntax-table.js';
export { STOP_WINDOW_MS } from './workflow/time-limits.js';
