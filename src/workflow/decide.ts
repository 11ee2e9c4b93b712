import {
  type CallId,
  type Decision,
  type Instant,
  NOTHING,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
} from 'tau-core';
import { Draft } from './draft.js';
import type { WorkflowEvent } from './event.js';
import { runSteps, startJobs } from './job-flow.js';
import type { JobPlan, WorkflowPlan } from './plan.js';
import { outcomeOf } from './run-outcome.js';
import { hasEnded, type WorkflowState } from './state.js';
import { settleStep } from './step-flow.js';
import { cancelRun, expire } from './stop-flow.js';

/**
 * What follows from an input. The order is the same for each: what the input itself says; what time asks for; the next
 * steps of the job whose step has ended; jobs that can start now; and the end of the run, once every job has ended.
 */
export function decide(
  plan: WorkflowPlan,
  state: WorkflowState,
  input: ProgramInput,
  now: Instant,
): Decision<WorkflowEvent, ProgramEffect> {
  if (input.type === 'message' || hasEnded(state)) return NOTHING;
  const draft = new Draft(plan, state, now);
  let resumed: JobPlan | undefined;
  if (input.type === 'begin') draft.consider(plan.roots);
  else if (input.type === 'callSettled') resumed = settle(draft, input.callId, input.outcome);
  else if (input.type === 'cancel') cancelRun(draft, input.reason);
  expire(draft);
  if (resumed !== undefined) runSteps(draft, resumed);
  startJobs(draft);
  if (hasEnded(draft.state)) draft.ask({ type: 'finish', outcome: outcomeOf(plan, draft.state) });
  return draft.decision();
}

/** The job whose current call this was; undefined for a call that nobody waits for any more. */
function settle(draft: Draft, call: CallId, outcome: Outcome): JobPlan | undefined {
  const place = draft.plan.calls.get(call);
  const job = place && draft.plan.jobs[place.job];
  const running = job && draft.running(job);
  if (running?.call === undefined || running.steps.length !== place?.step) return undefined;
  const step = job?.steps[place.step];
  if (job === undefined || step === undefined) return undefined;
  settleStep(draft, job, step, running, outcome);
  return job;
}
