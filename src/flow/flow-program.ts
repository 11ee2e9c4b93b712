import { type Instant, instant, type Program, type RunBegin } from 'tau-core';
import { decide } from './decide.js';
import type { FlowDefinition } from './definition.js';
import type { FlowEvent } from './event.js';
import { evolve } from './evolve.js';
import type { FlowPlan } from './flow-plan.js';
import { Foreseen } from './foreseen.js';
import { migrate } from './migrate.js';
import { narrate } from './narrate.js';
import { messageProblem } from './receive-node.js';
import type { FlowState } from './state.js';
import { view } from './view.js';

/** The flow program with plans of one's own: those that know more reducers. Apart, since declarations of what is public name no plan. */
export function createFlowProgram(
  plan: (definition: FlowDefinition) => FlowPlan,
): Program<FlowDefinition, FlowState, FlowEvent> {
  const foreseen = new Foreseen();
  return {
    kind: 'flow',
    takesMessages: true,
    refusesMessage: (definition, state, content) => messageProblem(plan(definition), state, content),
    takesEdits: true,
    initial,
    decide: (definition, state, input, now) => decide(plan(definition), state, { input, now, foreseen }),
    evolve: (definition, state, event) => foreseen.after(state, event) ?? evolve(plan(definition), state, event),
    nextDeadline: (_definition, state) => nextDeadline(state),
    view: (definition, state) => view(plan(definition), state),
    narrate: (definition, state, event) => narrate(plan(definition), state, event),
    migrate: (from, to, state) => migrate(plan(from), plan(to), state),
  };
}

/** What is kept is to be looked at again at once. */
function nextDeadline({ ended, inboxUnread, timers }: FlowState): Instant | undefined {
  return inboxUnread === true && ended === undefined ? AT_ONCE : timers?.next;
}

const AT_ONCE = instant(0);

/** The event that triggered a run is not kept: a flow sees its input only. */
function initial(definition: FlowDefinition, begin: RunBegin): FlowState {
  const { runId, sessionId, input, vars } = begin;
  return {
    format: 1,
    runId,
    sessionId,
    input,
    ...(vars === undefined ? {} : { vars }),
    ...(definition.patches === undefined || definition.patches.length === 0 ? {} : { patches: definition.patches }),
  };
}
