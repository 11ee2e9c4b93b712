import type { ErrorData, Instant, JsonObject } from 'tau-core';
import type { SecretParts } from './secret-parts.js';
import type { JobResult, Outputs, StepResult } from './state.js';

/**
 * What happened in a run. `job` is a job's path: its id, `build(0)` for a combination of a matrix, `deploy/build` for a
 * job of the workflow that `deploy` calls. `step` is a step's id or, without one, its place from 0; `setup/0` is a step of
 * the composite action that `setup` uses. The call of a step has the id `<job>.<step>`, those that hash files for it
 * `<job>.<step>.hash<n>`. Optional members are absent, never undefined: events are journaled as JSON.
 */
export type WorkflowEvent =
  /** The run's own name, from `run-name`. */
  | { readonly type: 'RunNamed'; readonly name: string }
  /** The run cannot begin: what its workflow says of all of it cannot be evaluated. */
  | { readonly type: 'RunRefused'; readonly error: ErrorData }
  /** A workflow waits for its concurrency group: the run's or, with `job`, the one that this calls. */
  | { readonly type: 'WorkflowQueued'; readonly job?: string; readonly group: string }
  /** It has the group, and its jobs may start. */
  | { readonly type: 'WorkflowAdmitted'; readonly job?: string }
  | { readonly type: 'CancelRequested'; readonly reason: string; readonly stopBy: Instant }
  | JobEvent
  | StepEvent;

/** What happened to a job as a whole. */
export type JobEvent =
  /** It waits for its concurrency group. */
  | { readonly type: 'JobQueued'; readonly job: string; readonly group: string }
  /** Its matrix has these combinations: from here on each is a job. */
  | {
      readonly type: 'JobExpanded';
      readonly job: string;
      readonly combinations: readonly JsonObject[];
      readonly labels: readonly string[];
      readonly failFast: boolean;
      readonly maxParallel?: number;
    }
  /** It calls a workflow with these inputs: from here on that one's jobs run. */
  | {
      readonly type: 'WorkflowCalled';
      readonly job: string;
      readonly uses: string;
      readonly name?: string;
      readonly inputs: JsonObject;
    }
  | {
      readonly type: 'JobStarted';
      readonly job: string;
      readonly name?: string;
      readonly env?: { readonly [name: string]: string };
      readonly envSecrets?: { readonly [name: string]: SecretParts };
      readonly deadline?: Instant;
    }
  /** Its condition was false, or the run was told to stop before it could start. */
  | { readonly type: 'JobSkipped'; readonly job: string }
  /** From here on only steps with `always()` or `cancelled()` run; of a called workflow, only such jobs. */
  | {
      readonly type: 'JobStopRequested';
      readonly job: string;
      readonly stopBy: Instant;
      /** Present for a called workflow. */
      readonly reason?: string;
      /** Present when the job ran out of time, or lost its concurrency group. */
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

/** What happened to a step. */
export type StepEvent =
  | StepStarted
  /** The current step is a composite action: from here on its steps run. */
  | ActionStarted
  /** Before the current step can be evaluated, files have to be hashed; `n` counts from 1. */
  | {
      readonly type: 'HashAsked';
      readonly job: string;
      readonly step: string;
      readonly n: number;
      readonly patterns: readonly string[];
    }
  | { readonly type: 'HashTaken'; readonly job: string; readonly step: string; readonly hash: string }
  | { readonly type: 'StepSkipped'; readonly job: string; readonly step: string }
  | StepCompleted;

export interface StepStarted {
  readonly type: 'StepStarted';
  readonly job: string;
  readonly step: string;
  /** Absent for a script. */
  readonly uses?: string;
  readonly name?: string;
}

export interface ActionStarted {
  readonly type: 'ActionStarted';
  readonly job: string;
  readonly step: string;
  readonly uses: string;
  readonly name?: string;
  readonly inputs: JsonObject;
  readonly inputSecrets?: { readonly [name: string]: SecretParts };
  readonly env?: { readonly [name: string]: string };
  readonly envSecrets?: { readonly [name: string]: SecretParts };
  readonly deadline?: Instant;
}

export interface StepCompleted {
  readonly type: 'StepCompleted';
  readonly job: string;
  readonly step: string;
  readonly outcome: StepResult;
  readonly conclusion: StepResult;
  readonly outputs?: Outputs;
  /** Variables that it sets for the steps after it. */
  readonly env?: { readonly [name: string]: string };
  /** Directories that it puts in front of PATH. */
  readonly path?: readonly string[];
  /** Markdown that it leaves for people. */
  readonly summary?: string;
  /** Why it failed, as its provider (or the expression) said it. */
  readonly error?: ErrorData;
}
