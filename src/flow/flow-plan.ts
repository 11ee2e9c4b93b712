import { compileNode } from './compile-node.js';
import type { FlowDefinition } from './definition.js';
import type { NodePlan } from './node-plan.js';
import { BUILT_IN_REDUCERS, type Reducers } from './reducer.js';

export * from './node-plan.js';

/**
 * A definition made ready to be run: compiled once, used by every run of it. Nothing in it changes. Nodes of a graph,
 * keys of a state and children of a pattern are named by their indexes; names are for people.
 */
export interface FlowPlan {
  readonly definition: FlowDefinition;
  readonly root: NodePlan;
  /** All nodes, each before its children; `nodes[node.id] === node`. */
  readonly nodes: readonly NodePlan[];
  readonly patches: ReadonlySet<string>;
  /** Whether a node of it takes messages. */
  readonly hasReceive: boolean;
}

/**
 * What gives the plan of a definition with these reducers. A plan is made once for each definition object, and kept as
 * long as that is. It takes definitions that `validateFlow` has no finding about; of others it makes what it can, and
 * never throws: an unknown reducer replaces, an edge to an unknown node is none.
 */
export function createPlanner(reducers: Reducers): (definition: FlowDefinition) => FlowPlan {
  const plans = new WeakMap<FlowDefinition, FlowPlan>();
  return (definition) => {
    const known = plans.get(definition);
    if (known !== undefined) return known;
    const nodes: NodePlan[] = [];
    const root = compileNode(definition.root, { name: '', indexes: [], place: 'root' }, { nodes, reducers });
    const hasReceive = nodes.some(({ kind }) => kind === 'receive');
    const plan: FlowPlan = { definition, root, nodes, patches: new Set(definition.patches), hasReceive };
    plans.set(definition, plan);
    return plan;
  };
}

/** The plan of a definition with the reducers that every flow has. */
export const planOf: (definition: FlowDefinition) => FlowPlan = createPlanner(BUILT_IN_REDUCERS);
