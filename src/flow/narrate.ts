import type { ErrorData, Json, Narration } from 'tau-core';
import type { FlowEvent } from './event.js';
import type { FlowPlan } from './flow-plan.js';
import { unmetJoins } from './graph-joins.js';
import { labelOf, namedChild, titleOf } from './path.js';
import { placeAt } from './place-on-path.js';
import type { FlowState } from './state.js';

/**
 * What an event says to people and tracers. What is open below a place that ends has ended with it. Paths are those of
 * people, without steps: at one time each names one place.
 */
export function narrate(plan: FlowPlan, state: FlowState, event: FlowEvent): readonly Narration[] {
  switch (event.type) {
    case 'NodeStarted':
      return [at(plan, event.at, 'started'), ...skippedBy(plan, state, event.at)];
    case 'GraphStarted':
      return startedIn(plan, state, event.at);
    case 'Stepped':
      return [
        at(plan, event.at, 'committed'),
        ...(event.due.length === 0 ? unmetIn : startedIn)(plan, state, event.at),
      ];
    case 'StateEdited':
      return [at(plan, event.at, 'committed'), ...(event.goto === undefined ? [] : startedIn(plan, state, event.at))];
    case 'Asked':
      return [at(plan, event.at, 'asked')];
    case 'NodeEnded':
      return [{ ...at(plan, event.at, 'completed'), ...outputOf(state, event) }];
    case 'NodeFailed': {
      const error = event.error ?? errorOf(plan, state, event.at);
      return [{ ...at(plan, event.at, 'failed'), ...(error === undefined ? {} : { error }) }];
    }
    case 'NodeCancelled':
      return [at(plan, event.at, 'cancelled')];
    default:
      return [];
  }
}

function at(plan: FlowPlan, path: string, kind: Narration['kind']): Narration {
  const place = labelOf(path);
  const label = titleOf(path, plan.definition.name);
  return label === place ? { at: place, kind } : { at: place, kind, label };
}

/** All that is due in a step has just started. */
function startedIn(plan: FlowPlan, state: FlowState, path: string): readonly Narration[] {
  const graph = placeAt(plan, state, path)?.activation;
  if (graph?.kind !== 'graph') return [];
  return graph.entries.flatMap((chunk) => chunk.map(({ id }) => at(plan, namedChild(path, id), 'started')));
}

/** What waited for a join in a graph that is at its end. */
function unmetIn(plan: FlowPlan, state: FlowState, path: string): readonly Narration[] {
  const graph = placeAt(plan, state, path);
  if (graph?.plan.kind !== 'graph' || graph.activation.kind !== 'graph') return [];
  return unmetJoins(graph.plan, graph.activation).map(({ name, to, missing }) => ({
    at: labelOf(namedChild(path, to)),
    kind: 'skipped',
    label: `${to}: ${name} was not met, ${missing.slice(0, 10).join(', ')} did not end`,
  }));
}

/** The choices that a route has not taken. */
function skippedBy(plan: FlowPlan, state: FlowState, path: string): readonly Narration[] {
  const parent = placeAt(plan, state, path)?.parent;
  if (parent?.plan.kind !== 'route' || parent.activation.kind !== 'route') return [];
  const { chosen } = parent.activation;
  const { plan: route, at: routePath } = parent;
  const others = route.children.slice(0, route.choose.length).filter(({ name }) => name !== chosen);
  return others.map(({ name }) => at(plan, namedChild(routePath, name), 'skipped'));
}

function outputOf(state: FlowState, event: Extract<FlowEvent, { type: 'NodeEnded' }>): { readonly output?: Json } {
  if (event.output !== undefined) return { output: event.output };
  return event.at === '' && state.ended?.outcome.kind === 'ok' ? { output: state.ended.outcome.output } : {};
}

/** What a node has failed with that failed by its child: it is now what the node around it fails with. */
function errorOf(plan: FlowPlan, state: FlowState, path: string): ErrorData | undefined {
  if (path === '') return state.ended?.outcome.kind === 'failed' ? state.ended.outcome.error : undefined;
  for (let end = path.length - 1; end >= 0; end -= 1) {
    const parent = placeAt(plan, state, path.slice(0, end))?.activation;
    if (parent === undefined) continue;
    if (parent.kind !== 'graph') return parent.failed;
    const entry = parent.entries.flat().find(({ id }) => path.endsWith(id));
    return entry?.of.kind === 'failed' ? entry.of.error : parent.failed;
  }
  return undefined;
}
