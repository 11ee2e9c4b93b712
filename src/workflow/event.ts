import type { ErrorData, Instant } from 'tau-core';
import type { JobResult, Outputs, StepResult } from './state.js';

/**
 * What happened in a run. `job` is a job's id, `step` a step's id or, without one, its place from 0; the call of a step
 * has the id `<job>.<step>`. Optional members are absent, never undefined: events are journaled as JSON.
 */
export type WorkflowEvent =
  | {
      readonly type: 'JobStarted';
      readonly job: string;
      readonly name?: string;
      readonly env?: { readonly [name: string]: string };
      readonly deadline?: Instant;
    }
  /** Its condition was false, or the run was told to stop before it could start. */
  | { readonly type: 'JobSkipped'; readonly job: string }
  | StepStarted
  | { readonly type: 'StepSkipped'; readonly job: string; readonly step: string }
  | StepCompleted
  | { readonly type: 'CancelRequested'; readonly reason: string; readonly stopBy: Instant }
  /** From here on only steps with `always()` or `cancelled()` run. */
  | {
      readonly type: 'JobStopRequested';
      readonly job: string;
      readonly stopBy: Instant;
      /** Present when the job ran out of time. */
      readonly error?: ErrorData;
    }
  | {
      readonly type: 'JobCompleted';
      readonly job: string;
      readonly result: JobResult;
      readonly outputs?: Outputs;
      /** Present when the job itself failed, not one of its steps. */
      readonly error?: ErrorData;
    };

export interface StepStarted {
  readonly type: 'StepStarted';
  readonly job: string;
  readonly step: string;
  readonly uses: string;
  readonly name?: string;
}

export interface StepCompleted {
  readonly type: 'StepCompleted';
  readonly job: string;
  readonly step: string;
  readonly outcome: StepResult;
  readonly conclusion: StepResult;
  readonly outputs?: Outputs;
  /** Why it failed, as its provider (or the expression) said it. */
  readonly error?: ErrorData;
}
