import type { ErrorData, Narration } from 'tau-core';
import type { JobEvent, StepEvent, WorkflowEvent } from './event.js';
import type { WorkflowPlan } from './job-plan.js';
import { jobAt } from './places.js';
import type { JobResult, WorkflowState } from './state.js';
import type { Writable } from './writable.js';

/** What an event says to people: a job is at its path, a step at `<job>.<step>`, the run itself at the empty path. */
export function narrate(plan: WorkflowPlan, _state: WorkflowState, event: WorkflowEvent): readonly Narration[] {
  switch (event.type) {
    case 'RunNamed':
      return [{ at: '', kind: 'started', label: event.name }];
    case 'RunRefused':
      return [{ at: '', kind: 'failed', error: event.error }];
    case 'JobExpanded':
    case 'WorkflowCalled':
    case 'JobStarted':
    case 'JobSkipped':
    case 'JobCompleted':
      return [aboutJob(plan, event)];
    case 'StepStarted':
    case 'ActionStarted':
    case 'StepSkipped':
    case 'StepCompleted':
      return [aboutStep(event)];
    default:
      return [];
  }
}

type Told<Event, Type> = Extract<Event, { type: Type }>;

const KINDS = {
  success: 'completed',
  failure: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
} as const satisfies Record<JobResult, Narration['kind']>;

function aboutJob(
  plan: WorkflowPlan,
  event: Told<JobEvent, 'JobExpanded' | 'WorkflowCalled' | 'JobStarted' | 'JobSkipped' | 'JobCompleted'>,
): Narration {
  const at = event.job;
  switch (event.type) {
    case 'JobExpanded': {
      const label = jobAt(plan, at)?.plainName;
      return { at, kind: 'started', ...(label === undefined ? {} : { label }) };
    }
    case 'WorkflowCalled':
    case 'JobStarted':
      return { at, kind: 'started', ...(event.name === undefined ? {} : { label: event.name }) };
    case 'JobSkipped':
      return { at, kind: 'skipped' };
    case 'JobCompleted':
      return ended(at, event.result, event);
  }
}

function aboutStep(event: Exclude<StepEvent, { type: 'HashAsked' | 'HashTaken' }>): Narration {
  const at = `${event.job}.${event.step}`;
  switch (event.type) {
    case 'StepStarted':
    case 'ActionStarted': {
      const label = event.name ?? event.uses;
      return { at, kind: 'started', ...(label === undefined ? {} : { label }) };
    }
    case 'StepSkipped':
      return { at, kind: 'skipped' };
    case 'StepCompleted':
      return ended(at, event.outcome, event);
  }
}

function ended(
  at: string,
  result: JobResult,
  { outputs, error }: Pick<Told<WorkflowEvent, 'JobCompleted'>, 'outputs'> & { readonly error?: ErrorData },
): Narration {
  const narration: Writable<Narration> = { at, kind: KINDS[result] };
  if (outputs !== undefined) narration.output = outputs;
  if (error !== undefined) narration.error = error;
  return narration;
}
