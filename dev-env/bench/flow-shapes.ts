import type { Executable } from 'tau-core';
import type { FlowDefinition, FlowEvent, FlowState } from 'tau-orchestrate';
import { add, append, choose, defineFlow, each, edge, type FlowNode, graph, task } from 'tau-orchestrate/flow';
import { SHAPES } from './peers/workload.mjs';

export type Flow = Executable<FlowDefinition, FlowState, FlowEvent>;

/** What every step of the shapes calls. */
export const STEP = 'bench:step';
/** What the fan-out's branches call: it gives back the item that it was given. */
export const BRANCH = 'bench:branch';

const step = task(STEP, { input: {} });

function sequence(): FlowNode {
  const names = Array.from({ length: SHAPES.sequence.size }, (_, at) => `n${at}`);
  return graph({
    state: { count: add() },
    nodes: Object.fromEntries(names.map((name) => [name, step])),
    edges: names.slice(1).map((name, at) => edge(`n${at}`, name)),
  });
}

function fanOut(): FlowNode {
  const items = Array.from({ length: SHAPES['fan-out'].size }, (_, index) => ({ limit: index }));
  return graph({
    state: { count: add(), items: append<number>(), work: append(items) },
    nodes: { plan: step, branch: task(BRANCH), join: step },
    edges: [each('plan', 'state.work', 'branch'), edge('branch', 'join')],
    entry: 'plan',
  });
}

function loop(): FlowNode {
  return graph({
    state: { count: add() },
    nodes: { turn: step },
    edges: [choose('turn', [{ when: `state.count < ${SHAPES.loop.size}`, to: 'turn' }, { to: '$end' }])],
    entry: 'turn',
    stepsMax: SHAPES.loop.size + 1,
  });
}

function deep(depth = 1): FlowNode {
  if (depth === SHAPES.deep.size) return graph({ state: { count: add() }, nodes: { step }, edges: [] });
  return graph({
    state: { count: add() },
    nodes: { step, inner: { ...deep(depth + 1), input: {} } },
    edges: [edge('step', 'inner')],
  });
}

/** The shapes that peers run too, as flows. */
export const FLOWS: { readonly [shape in keyof typeof SHAPES]: Flow } = {
  sequence: defineFlow('sequence', sequence()),
  'fan-out': defineFlow('fan-out', fanOut()),
  loop: defineFlow('loop', loop()),
  deep: defineFlow('deep', deep()),
};
