import { earliest, type Instant } from 'tau-core';
import { hasEnded, type JobState, type WorkflowState } from './state.js';

/** How long what was told to stop may take, with the steps that run because of it: GitHub's window. */
export const STOP_WINDOW_MS = 5 * 60_000;

/** Whether a limit has been reached. */
export function isPast(limit: Instant | undefined, now: Instant): boolean {
  return limit !== undefined && limit <= now;
}

/** The next instant at which time itself changes something; undefined while nothing waits for it. */
export function nextLimit(state: WorkflowState): Instant | undefined {
  return hasEnded(state) ? undefined : earliest(state.cancel?.stopBy, nextOf(state.jobs));
}

function nextOf(jobs: readonly JobState[]): Instant | undefined {
  let next: Instant | undefined;
  for (const job of jobs) {
    if (job === null) continue;
    if (job.phase === 'running') next = earliest(next, earliest(job.deadline, job.stopBy));
    else if (job.phase === 'matrix') next = earliest(next, nextOf(job.jobs));
    else if (job.phase === 'calling') next = earliest(next, earliest(job.cancel?.stopBy, nextOf(job.jobs)));
  }
  return next;
}
