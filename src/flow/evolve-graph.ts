import { chunkLength } from './chunks.js';
import type { FlowEvent } from './event.js';
import { dueEntries, joinsAfter } from './graph-due.js';
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
      const values = { ...graph.values, ...known(plan, event.values ?? {}) };
      return { ...graph, values, ...nextStep(plan, due, { step: 1, now: event.now }) };
    }
    case 'Stepped': {
      const updated = updateValues(plan, graph);
      const values = updated.ok ? updated.values : graph.values;
      if (plan.joins.length === 0 && graph.joins === undefined)
        return {
          ...graph,
          values,
          ...nextStep(plan, event.due, { step: stepAfter(graph, event.due), now: event.now }),
        };
      const { joins: _, ...rest } = graph;
      const joins = withoutDue(joinsAfter(plan, graph), event.joined);
      const next = nextStep(plan, event.due, { step: stepAfter(graph, event.due), now: event.now });
      return joins === undefined ? { ...rest, values, ...next } : { ...rest, values, ...next, joins };
    }
    case 'StateEdited': {
      const edited = { ...graph, values: { ...graph.values, ...known(plan, event.values ?? {}) } };
      if (event.goto === undefined) return edited;
      return { ...edited, ...nextStep(plan, event.goto, { step: graph.step + 1, now: event.now }) };
    }
  }
}

/** A graph that ends stays in its last step. */
function stepAfter(graph: GraphActivation, due: readonly unknown[]): number {
  return due.length === 0 ? graph.step : graph.step + 1;
}

function nextStep(
  plan: GraphPlan,
  due: Extract<FlowEvent, { type: 'Stepped' }>['due'],
  at: Parameters<typeof dueEntries>[2],
): Pick<GraphActivation, 'step' | 'entries' | 'left'> {
  const entries = dueEntries(plan, due, at);
  return { step: at.step, entries, left: chunkLength(entries) };
}

function known(plan: GraphPlan, values: GraphActivation['values']): GraphActivation['values'] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => plan.keyIndex.has(name)));
}

function withoutDue(joins: GraphActivation['joins'], due: readonly string[] | undefined): GraphActivation['joins'] {
  if (joins === undefined || due === undefined) return joins;
  const left = Object.entries(joins).filter(([name]) => !due.includes(name));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
