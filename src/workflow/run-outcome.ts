import type { Json, Outcome } from 'tau-core';
import type { WorkflowPlan } from './plan.js';
import type { WorkflowState } from './state.js';

/**
 * What a run has come to, once all its jobs have ended: cancelled when that was asked for, failed with the first error
 * that counts, or ok with `{ jobs: { <id>: { result, outputs } } }`.
 */
export function outcomeOf(plan: WorkflowPlan, state: WorkflowState): Outcome {
  if (state.cancel !== undefined) return { kind: 'cancelled', reason: state.cancel.reason };
  if (state.error !== undefined) return { kind: 'failed', error: state.error };
  const jobs: { [job: string]: Json } = {};
  for (const [index, { id }] of plan.jobs.entries()) {
    const job = state.jobs[index];
    if (job?.phase === 'ended') jobs[id] = { result: job.result, outputs: job.outputs ?? {} };
  }
  return { kind: 'ok', output: { jobs } };
}
