import type { Program } from 'tau-core';
import { decide } from './decide.js';
import type { WorkflowDefinition } from './definition.js';
import type { WorkflowEvent } from './event.js';
import { evolve } from './evolve.js';
import { migrate } from './migrate.js';
import { narrate } from './narrate.js';
import { planOf } from './plan.js';
import type { WorkflowState } from './state.js';
import { nextLimit } from './time-limits.js';
import { view } from './view.js';

/**
 * Workflows as a machine: jobs that wait for each other, each a sequence of calls to actions and scripts.
 *
 * Owns: which jobs and steps run, in what order, with what inputs, and what the run comes to; the combinations of a
 * matrix, the jobs of called workflows and the steps of composite actions, all within the one run.
 * Does not own: the calls themselves (their retries, timeouts and deadlines are the host's), concurrency groups (the
 * host's locks), secrets (it knows their names), and who may start a run.
 *
 * Inputs: `begin`, `callSettled`, `deadline`, `lockGranted`, `lockRevoked`, `cancel`; a `message` or an `edit` is ignored.
 * Effects: `call`, `cancelCall`, `acquire`, `release`, `finish`.
 *
 * 1. Every run finishes, once every call has settled or was withdrawn and every lock was granted or revoked; `finish` is
 *    the last effect, and there is one.
 * 2. A job has at most one call in flight, and a call is asked for once.
 * 3. No job starts before the jobs that it needs have ended, nor while its concurrency group, or that of a workflow that
 *    it belongs to, is waited for.
 * 4. An expression that fails fails its step or job; it never throws out of `decide`.
 * 5. The state is plain JSON: written and read again it is the same.
 * 6. A call that settles late, or twice, or after it was withdrawn, changes nothing.
 * 7. No value of a secret is in a state, an event or an effect.
 */
export const workflowProgram: Program<WorkflowDefinition, WorkflowState, WorkflowEvent> = {
  kind: 'workflow',
  initial: (definition, begin) => ({ format: 1, begin, jobs: definition.jobs.map(() => null) }),
  decide: (definition, state, input, now) => decide(planOf(definition), state, input, now),
  evolve: (definition, state, event) => evolve(planOf(definition), state, event),
  nextDeadline: (_definition, state) => nextLimit(state),
  view: (definition, state) => view(planOf(definition), state),
  narrate: (definition, state, event) => narrate(planOf(definition), state, event),
  migrate: (from, to, state) => migrate(planOf(from), planOf(to), state),
};
