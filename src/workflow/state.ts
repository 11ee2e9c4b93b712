import type { ErrorData, Instant, Json, RunBegin } from 'tau-core';

/** How a job has ended, as `needs.<job>.result` shows it. */
export type JobResult = 'success' | 'failure' | 'cancelled' | 'skipped';

/** How a step has ended, before (`outcome`) and after (`conclusion`) its `continue-on-error`. */
export type StepResult = 'success' | 'failure' | 'cancelled' | 'skipped';

/** What a running job's status functions and `job.status` go by. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

/** Outputs by name, of a step or a job. */
export interface Outputs {
  readonly [name: string]: Json | undefined;
}

/** A step that has ended. Outputs are kept only of steps with an id: nothing can refer to others'. */
export interface EndedStep {
  readonly outcome: StepResult;
  readonly conclusion: StepResult;
  readonly outputs?: Outputs;
}

export interface RunningJob {
  readonly phase: 'running';
  readonly status: JobStatus;
  /** Steps that have ended, in order; the next one is current. */
  readonly steps: readonly EndedStep[];
  /** Whether the call of the current step is in flight; absent between steps. */
  readonly calling?: true;
  /** `env` of the workflow and the job, evaluated when it started; absent when neither has any. */
  readonly env?: { readonly [name: string]: string };
  /** When its `timeout-minutes` are over. */
  readonly deadline?: Instant;
  /** Told to stop: when it ends even if a step has not. */
  readonly stopBy?: Instant;
  /** The first failure. */
  readonly error?: ErrorData;
}

export interface EndedJob {
  readonly phase: 'ended';
  readonly result: JobResult;
  readonly outputs?: Outputs;
}

/**
 * The state of a run: plain JSON. Jobs stand in the order of the definition, so that a change copies an array of
 * pointers and not an object of names; null has not started.
 */
export interface WorkflowState {
  /** Version of this shape. */
  readonly format: 1;
  readonly begin: RunBegin;
  readonly jobs: readonly (RunningJob | EndedJob | null)[];
  /** Present once the run was told to stop; at `stopBy` what still runs is given up. */
  readonly cancel?: { readonly reason: string; readonly stopBy: Instant };
  /** The first failure that counts: what the run will fail with. */
  readonly error?: ErrorData;
}

/** Whether nothing is left to do. */
export function hasEnded(state: WorkflowState): boolean {
  return state.jobs.every((job) => job?.phase === 'ended');
}
