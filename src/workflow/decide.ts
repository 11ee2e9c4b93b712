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
import { goOn } from './job-flow.js';
import type { JobPlan, WorkflowPlan } from './job-plan.js';
import { callInFlight } from './level.js';
import { jobAt } from './places.js';
import { beginRun, loseLock, takeLock } from './run-flow.js';
import { outcomeOf } from './run-outcome.js';
import { hasEnded, type WorkflowState } from './state.js';
import { settleStep } from './step-flow.js';
import { placeOf } from './step-place.js';
import { cancelRun, considerAll, expire } from './stop-flow.js';

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
  if (input.type === 'message' || input.type === 'edit' || hasEnded(state)) return NOTHING;
  const draft = new Draft(plan, state, now);
  take(draft, input);
  expire(draft);
  // What the run went over to may have jobs that nothing in it waits for.
  if (state.migrated === true) considerAll(draft, plan);
  goOn(draft);
  if (hasEnded(draft.state)) draft.ask({ type: 'finish', outcome: outcomeOf(plan, draft.state) });
  return draft.decision();
}

function take(draft: Draft, input: ProgramInput): void {
  switch (input.type) {
    case 'begin':
      return beginRun(draft);
    case 'callSettled':
      return settle(draft, input.callId, input.outcome);
    case 'lockGranted':
      return takeLock(draft, input.lockId);
    case 'lockRevoked':
      return loseLock(draft, input.lockId, input.reason);
    case 'cancel':
      return cancelRun(draft, input.reason);
    case 'deadline':
    case 'message':
    case 'edit':
  }
}

/** Ends the step whose call this was. A call that nobody waits for any more changes nothing. */
function settle(draft: Draft, call: CallId, outcome: Outcome): void {
  const job = jobOf(draft.plan, call);
  const running = job && draft.running(job);
  const place = running && placeOf(draft, job, running);
  if (place === undefined || callInFlight(place.job, place.level) !== call) return;
  settleStep(place, outcome);
  draft.resume(place.job);
}

/** The job that a call belongs to: what stands before the dot. */
function jobOf(plan: WorkflowPlan, call: CallId): JobPlan | undefined {
  const place = plan.calls.get(call);
  return place === undefined ? jobAt(plan, call.slice(0, Math.max(0, call.indexOf('.')))) : plan.jobs[place.job];
}
