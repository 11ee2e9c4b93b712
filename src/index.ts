export { ACTION_RETRY } from './workflow/action-retry.js';
export type {
  Entry,
  ExpressionSource,
  InputDefinition,
  JobDefinition,
  StepDefinition,
  Template,
  WorkflowDefinition,
} from './workflow/definition.js';
export type { WorkflowEvent } from './workflow/event.js';
export { workflowLanguage, workflowProgram } from './workflow/language.js';
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
