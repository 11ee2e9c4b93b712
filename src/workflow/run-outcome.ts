import type { Json, Outcome } from 'tau-core';
import type { WorkflowPlan } from './job-plan.js';
import type { WorkflowState } from './state.js';

/**
 * What a run has come to, once all its jobs have ended: cancelled when that was asked for, failed with the first error
 * that counts, or ok with `{ jobs: { <id>: { result, outputs, summary? } } }`.
 */
export function outcomeOf(plan: WorkflowPlan, state: WorkflowState): Outcome {
  if (state.cancel !== undefined) return { kind: 'cancelled', reason: state.cancel.reason };
  if (state.error !== undefined) return { kind: 'failed', error: state.error };
  const jobs: { [job: string]: Json } = {};
  for (const [index, { id }] of plan.jobs.entries()) {
    const job = state.jobs[index];
    if (job?.phase !== 'ended') continue;
    const { result, outputs = {}, summary } = job;
    jobs[id] = summary === undefined ? { result, outputs: outputs } : { result, outputs: outputs, summary };
  }
  return { kind: 'ok', output: { jobs } };
}
