import type { Program } from 'tau-core';
import type { FlowDefinition } from './definition.js';
import type { FlowEvent } from './event.js';
import { planOf } from './flow-plan.js';
import { createFlowProgram } from './flow-program.js';
import type { FlowState } from './state.js';

/**
 * Flows as a machine: a tree of nodes, of which those that are open are activations with a path.
 *
 * Owns: which nodes run, in what order, with what input, what they write, and what the run comes to.
 * Does not own: the calls themselves (retries, policies, where they run), locks, and questions once they are asked: they are the
 * host's, and answered by inputs.
 *
 * Inputs: `begin`, `callSettled`, `deadline`, `lockGranted`, `lockRevoked`, `edit`, `cancel`; a `message` is ignored. Effects:
 * `call`, `cancelCall`, `acquire`, `release`, `finish`.
 *
 * 1. Every run finishes, once every call has settled or was withdrawn, and every wait is over; `finish` is last, and there is one.
 * 2. A call is asked for once, and its id leads to its node: `loop#3.score`.
 * 3. Updates come in once a step of a graph is over, in the definition's order: which call was faster changes nothing.
 * 4. An expression that fails fails its node; nothing throws out of `decide`, and every decision ends.
 * 5. The state is plain JSON, and holds nothing of what is over: a step costs the same whichever it is.
 * 6. What settles late, twice, or after it was withdrawn, changes nothing.
 */
export const flowProgram: Program<FlowDefinition, FlowState, FlowEvent> = createFlowProgram(planOf);
