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
import type { WorkflowPlan } from './plan.js';
import { outcomeOf } from './run-outcome.js';
import { hasEnded, type WorkflowState } from './state.js';
import { settleStep } from './step-flow.js';
import { cancelRun, expire } from './stop-flow.js';

/**
 * What follows from an input. The order is the same for each: what the input itself says; what time asks for; the next
 * steps of jobs whose step has ended; jobs that can start now; and the end of the run, once every job has ended.
 */
export function decide(
  plan: WorkflowPlan,
  state: WorkflowState,
  input: ProgramInput,
  now: Instant,
): Decision<WorkflowEvent, ProgramEffect> {
  if (input.type === 'message' || hasEnded(state)) return NOTHING;
  const draft = new Draft(plan, state, now);
  if (input.type === 'begin') draft.consider(plan.roots);
  else if (input.type === 'callSettled') settle(draft, input.callId, input.outcome);
  else if (input.type === 'cancel') cancelRun(draft, input.reason);
  expire(draft);
  for (let job = draft.nextResumable(); job !== undefined; job = draft.nextResumable()) runSteps(draft, job);
  startJobs(draft);
  if (hasEnded(draft.state)) draft.ask({ type: 'finish', outcome: outcomeOf(plan, draft.state) });
  return draft.decision();
}

/** Ends the step whose call this was. A call that nobody waits for any more changes nothing. */
function settle(draft: Draft, call: CallId, outcome: Outcome): void {
  const place = draft.plan.calls.get(call);
  const job = place && draft.plan.jobs[place.job];
  const running = job && draft.running(job);
  if (job === undefined || running?.calling === undefined || running.steps.length !== place?.step) return;
  const step = job.steps[place.step];
  if (step === undefined) return;
  settleStep(draft, job, step, running, outcome);
  draft.resume(job);
}
