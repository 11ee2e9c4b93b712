import type { ErrorData, Instant, Json, JsonObject, RunBegin } from 'tau-core';
import type { SecretParts } from './secret-parts.js';

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

/** The files that the current step has had hashed so far. */
export interface Hashes {
  /** How many were asked for. */
  readonly asked: number;
  /** What is asked for now; absent between. */
  readonly patterns?: readonly string[];
  /** By the JSON text of their patterns. */
  readonly known: { readonly [patterns: string]: string };
}

/** Steps on their way, one after another: those of a job, or of a composite action. */
export interface RunningSteps {
  readonly status: JobStatus;
  /** Steps that have ended, in order; the next one is current. */
  readonly steps: readonly EndedStep[];
  /** Whether a call of the current step is in flight; absent between steps. */
  readonly calling?: true;
  /** Present while the current step is a composite action that has started. */
  readonly action?: RunningAction;
  readonly hashes?: Hashes;
  /** The first failure. */
  readonly error?: ErrorData;
}

/** A composite action on its way. Its steps' names, outputs and status are its own. */
export interface RunningAction extends RunningSteps {
  readonly inputs: JsonObject;
  /** Parts of those of its inputs that hold secrets, by their names. */
  readonly inputSecrets?: { readonly [name: string]: SecretParts };
  /** The `env` of its step. */
  readonly env?: { readonly [name: string]: string };
  readonly envSecrets?: { readonly [name: string]: SecretParts };
  /** When its `timeout-minutes` are over. */
  readonly deadline?: Instant;
}

export interface RunningJob extends RunningSteps {
  readonly phase: 'running';
  /** `env` of the workflow and the job, evaluated when it started, and what its steps have set; absent when there is none. */
  readonly env?: { readonly [name: string]: string };
  /** Parts of those of its variables that hold secrets, by their names. */
  readonly envSecrets?: { readonly [name: string]: SecretParts };
  /** Directories that its steps have put in front of PATH, the newest first. */
  readonly path?: readonly string[];
  /** Markdown that its steps have left. */
  readonly summary?: string;
  /** When its `timeout-minutes` are over. */
  readonly deadline?: Instant;
  /** Told to stop: when it ends even if a step has not. */
  readonly stopBy?: Instant;
  /** The concurrency group that it holds. */
  readonly lock?: string;
}

/** A job that waits for its concurrency group. */
export interface QueuedJob {
  readonly phase: 'queued';
  readonly lock: string;
}

/** A request to stop: at `stopBy` what still runs is given up. */
export interface Stop {
  readonly reason: string;
  readonly stopBy: Instant;
}

/** A concurrency group of a workflow. While it is waited for, none of its jobs starts. */
export interface Queue {
  readonly group: string;
  readonly held: boolean;
}

/** What jobs that stand for others have gathered from them. */
interface Gathered {
  readonly summary?: string;
  /** The first failure that counts. */
  readonly error?: ErrorData;
}

/** A job with a matrix: its combinations are jobs of their own. */
export interface MatrixJob extends Gathered {
  readonly phase: 'matrix';
  readonly combinations: readonly JsonObject[];
  /** What tells each combination from the others, for people. */
  readonly labels: readonly string[];
  readonly failFast: boolean;
  /** Absent: all at once. */
  readonly maxParallel?: number;
  readonly jobs: readonly JobState[];
  readonly outputs?: Outputs;
}

/** A job that calls a workflow: that one's jobs. */
export interface CallingJob extends Gathered {
  readonly phase: 'calling';
  readonly inputs: JsonObject;
  readonly jobs: readonly JobState[];
  readonly queue?: Queue;
  readonly cancel?: Stop;
  /** The concurrency group that it holds. */
  readonly lock?: string;
}

export interface EndedJob {
  readonly phase: 'ended';
  readonly result: JobResult;
  readonly outputs?: Outputs;
  readonly summary?: string;
}

/** What has become of a job; null has not started. */
export type JobState = RunningJob | QueuedJob | MatrixJob | CallingJob | EndedJob | null;

/**
 * The state of a run: plain JSON. Jobs stand in the order of the definition, so that a change copies an array of
 * pointers and not an object of names. Jobs of a matrix and of a called workflow stand within the job that has it.
 */
export interface WorkflowState {
  /** Version of this shape. */
  readonly format: 1;
  readonly begin: RunBegin;
  /** Its `run-name`. */
  readonly name?: string;
  readonly queue?: Queue;
  readonly jobs: readonly JobState[];
  /** Present once the run was told to stop. */
  readonly cancel?: Stop;
  /** The first failure that counts: what the run will fail with. */
  readonly error?: ErrorData;
  /** Whether it went over to another definition: jobs may be due that nothing in it waits for. */
  readonly migrated?: true;
}

/** Whether nothing is left to do. */
export function hasEnded(state: WorkflowState): boolean {
  return state.jobs.every((job) => job?.phase === 'ended');
}
