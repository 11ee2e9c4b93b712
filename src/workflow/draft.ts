import type { Decision, Instant, ProgramEffect } from 'tau-core';
import type { WorkflowEvent } from './event.js';
import { evolve } from './evolve.js';
import type { JobPlan, WorkflowPlan } from './plan.js';
import type { RunningJob, WorkflowState } from './state.js';

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
  readonly #candidates: number[] = [];
  /** Jobs whose step has ended in this decision. */
  readonly #resumable: JobPlan[] = [];
  #state: WorkflowState;

  constructor(plan: WorkflowPlan, state: WorkflowState, now: Instant) {
    this.plan = plan;
    this.now = now;
    this.#state = state;
  }

  get state(): WorkflowState {
    return this.#state;
  }

  /** The job while it runs. */
  running(job: JobPlan): RunningJob | undefined {
    const state = this.#state.jobs[job.index];
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
    return this.#resumable.shift();
  }

  /** Jobs to be looked at before this decision ends. */
  consider(jobs: readonly number[]): void {
    this.#candidates.push(...jobs);
  }

  nextCandidate(): JobPlan | undefined {
    const index = this.#candidates.shift();
    return index === undefined ? undefined : this.plan.jobs[index];
  }

  decision(): Decision<WorkflowEvent, ProgramEffect> {
    return { events: this.#events, effects: this.#effects };
  }
}
