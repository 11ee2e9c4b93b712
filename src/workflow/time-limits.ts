import { earliest, type Instant } from 'tau-core';
import { hasEnded, type WorkflowState } from './state.js';

/** How long what was told to stop may take, with the steps that run because of it: GitHub's window. */
export const STOP_WINDOW_MS = 5 * 60_000;

/** Whether a limit has been reached. */
export function isPast(limit: Instant | undefined, now: Instant): boolean {
  return limit !== undefined && limit <= now;
}

/** The next instant at which time itself changes something; undefined while nothing waits for it. */
export function nextLimit(state: WorkflowState): Instant | undefined {
  if (hasEnded(state)) return undefined;
  let next = state.cancel?.stopBy;
  for (const job of state.jobs) {
    if (job?.phase === 'running') next = earliest(next, earliest(job.deadline, job.stopBy));
  }
  return next;
}
