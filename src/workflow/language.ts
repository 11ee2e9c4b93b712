import { type CloudEvent, eventTypeMatches, type Program, type ProgramLanguage } from 'tau-core';
import { checkInput } from './check-input.js';
import { decide } from './decide.js';
import type { WorkflowDefinition } from './definition.js';
import type { WorkflowEvent } from './event.js';
import { evolve } from './evolve.js';
import { parseWorkflow } from './parse.js';
import { planOf } from './plan.js';
import type { WorkflowState } from './state.js';
import { nextLimit } from './time-limits.js';

/**
 * Workflows as a machine: jobs that wait for each other, each a sequence of calls to actions.
 *
 * Owns: which jobs and steps run, in what order, with what inputs, and what the run comes to.
 * Does not own: the calls themselves (their retries, timeouts and deadlines are the host's), and who may start a run.
 *
 * Inputs: `begin`, `callSettled`, `deadline`, `cancel`; a `message` is ignored. Effects: `call`, `cancelCall`, `finish`.
 *
 * 1. Every run finishes, once every call has settled or was withdrawn; `finish` is the last effect, and there is one.
 * 2. A job has at most one call in flight, and a call is asked for once.
 * 3. No job starts before the jobs that it needs have ended.
 * 4. An expression that fails fails its step or job; it never throws out of `decide`.
 * 5. The state is plain JSON: written and read again it is the same.
 * 6. A call that settles late, or twice, or after it was withdrawn, changes nothing.
 */
export const workflowProgram: Program<WorkflowDefinition, WorkflowState, WorkflowEvent> = {
  kind: 'workflow',
  initial: (definition, begin) => ({ format: 1, begin, jobs: definition.jobs.map(() => null) }),
  decide: (definition, state, input, now) => decide(planOf(definition), state, input, now),
  evolve: (definition, state, event) => evolve(planOf(definition), state, event),
  nextDeadline: (_definition, state) => nextLimit(state),
};

/** The workflow language: YAML files in the form of GitHub's, and the program that runs them. */
export const workflowLanguage: ProgramLanguage<WorkflowDefinition, WorkflowState, WorkflowEvent> = {
  program: workflowProgram,
  parse: parseWorkflow,
  triggers: (definition) => definition.triggers,
  matches,
  checkInput,
};

/** Whether an event starts a run. One that reports what TAU itself has done starts none. */
function matches(definition: WorkflowDefinition, event: CloudEvent): boolean {
  return event.echo !== true && definition.triggers.some((trigger) => eventTypeMatches(event.type, trigger));
}
