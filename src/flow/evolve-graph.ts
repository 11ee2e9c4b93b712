import type { Instant, JsonObject } from 'tau-core';
import { chunkLength } from './chunks.js';
import type { Due, FlowEvent } from './event.js';
import { dueEntries } from './graph-due.js';
import { joinsAfter, joinsWithout } from './graph-joins.js';
import { updateValues } from './graph-updates.js';
import type { GraphPlan } from './node-plan.js';
import type { GraphActivation } from './state.js';

type GraphEvent = Extract<FlowEvent, { type: 'GraphStarted' | 'Stepped' | 'StateEdited' }>;

/** A graph after an event of its own. */
export function evolveGraph(plan: GraphPlan, graph: GraphActivation, event: GraphEvent): GraphActivation {
  switch (event.type) {
    case 'GraphStarted': {
      if (graph.step > 0) return graph;
      const due = plan.entry.map((index) => plan.children[index]?.name ?? '');
      const values = valuesAfter(plan, graph, event.values);
      return inStep(plan, graph, { values, due, step: 1, now: event.now });
    }
    case 'Stepped': {
      const { due, now } = event;
      const updated = updateValues(plan, graph);
      const values = updated.ok ? updated.values : graph.values;
      // A graph that ends stays in its last step.
      const step = due.length === 0 ? graph.step : graph.step + 1;
      const stepped = inStep(plan, graph, { values, due, step, now });
      if (plan.joins.length === 0 && graph.joins === undefined) return stepped;
      return withJoins(stepped, joinsWithout(joinsAfter(plan, graph), due, event.joined));
    }
    case 'StateEdited': {
      const { goto, now } = event;
      if (goto === undefined) return { ...graph, values: valuesAfter(plan, graph, event.values) };
      // What has ended in the step has ended: its updates come in first.
      const updated = updateValues(plan, graph);
      const values = valuesAfter(plan, updated.ok ? { ...graph, values: updated.values } : graph, event.values);
      const edited = inStep(plan, graph, { values, due: goto, step: graph.step + 1, now });
      return withJoins(edited, joinsWithout(joinsAfter(plan, graph), goto));
    }
  }
}

interface Step {
  readonly values: JsonObject;
  readonly due: readonly Due[];
  readonly step: number;
  readonly now: Instant | undefined;
}

/** The graph with all that is due started. */
function inStep(plan: GraphPlan, graph: GraphActivation, { values, due, step, now }: Step): GraphActivation {
  const entries = dueEntries(plan, due, { step, now });
  return { ...graph, values, step, entries, left: chunkLength(entries) };
}

/** The values of a graph with others in those of its keys that it has. */
function valuesAfter(plan: GraphPlan, { values }: GraphActivation, given: JsonObject = {}): JsonObject {
  const known = Object.entries(given).filter(([name]) => plan.keyIndex.has(name));
  return known.length === 0 ? values : { ...values, ...Object.fromEntries(known) };
}

function withJoins({ joins: _, ...graph }: GraphActivation, joins: GraphActivation['joins']): GraphActivation {
  return joins === undefined ? graph : { ...graph, joins };
}
