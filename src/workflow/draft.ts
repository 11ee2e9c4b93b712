import type { Decision, Instant, ProgramEffect } from 'tau-core';
import type { WorkflowEvent } from './event.js';
import { evolve } from './evolve.js';
import type { FramePlan, JobPlan, WorkflowPlan } from './job-plan.js';
import { stateOf } from './job-state.js';
import type { JobState, RunningJob, WorkflowState } from './state.js';

/**
 * A decision in the making: what was decided so far, and the state as it will be then. It lives within one `decide`,
 * whose caller's state it never touches.
 */
export class Draft {
  readonly plan: WorkflowPlan;
  readonly now: Instant;
  readonly #events: WorkflowEvent[] = [];
  readonly #effects: ProgramEffect[] = [];
  /** Jobs that may be able to start, as something that they wait for has changed. */
  readonly #candidates: JobPlan[] = [];
  /** Jobs whose step has ended in this decision. */
  readonly #resumable: JobPlan[] = [];
  /** Jobs that have ended in this decision, whose matrix or caller has to be told. */
  #ended: JobPlan[] | undefined;
  #state: WorkflowState;

  constructor(plan: WorkflowPlan, state: WorkflowState, now: Instant) {
    this.plan = plan;
    this.now = now;
    this.#state = state;
  }

  get state(): WorkflowState {
    return this.#state;
  }

  stateOf(job: JobPlan): JobState {
    return stateOf(this.#state, job);
  }

  /** The job while it runs. */
  running(job: JobPlan): RunningJob | undefined {
    const state = stateOf(this.#state, job);
    return state?.phase === 'running' ? state : undefined;
  }

  happen(event: WorkflowEvent): void {
    this.#events.push(event);
    this.#state = evolve(this.plan, this.#state, event);
  }

  ask(effect: ProgramEffect): void {
    this.#effects.push(effect);
  }

  /** A job to go on with before this decision ends. */
  resume(job: JobPlan): void {
    this.#resumable.push(job);
  }

  nextResumable(): JobPlan | undefined {
    return this.#resumable.length === 0 ? undefined : this.#resumable.shift();
  }

  /** A job of a matrix or a called workflow that has ended. */
  tell(job: JobPlan): void {
    this.#ended ??= [];
    this.#ended.push(job);
  }

  nextEnded(): JobPlan | undefined {
    return this.#ended?.shift();
  }

  /** Jobs of a frame to be looked at before this decision ends. */
  consider({ jobs }: FramePlan, indexes: readonly number[]): void {
    for (const index of indexes) {
      const job = jobs[index];
      if (job !== undefined) this.#candidates.push(job);
    }
  }

  considerJob(job: JobPlan): void {
    this.#candidates.push(job);
  }

  nextCandidate(): JobPlan | undefined {
    return this.#candidates.length === 0 ? undefined : this.#candidates.shift();
  }

  decision(): Decision<WorkflowEvent, ProgramEffect> {
    return { events: this.#events, effects: this.#effects };
  }
}
