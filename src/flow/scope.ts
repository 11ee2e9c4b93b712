import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { Json, JsonObject } from 'tau-core';
import type { ExpressionScope } from '../expression/expression.js';
import { type ExpressionData, NULL, toData } from '../expression/expression-data.js';
import { chunkItem } from './chunks.js';
import { patchedFunction } from './expression-dialect.js';
import { entryOf, itemOf, type Place } from './place.js';
import type { GraphEntry } from './state.js';

/** What an expression sees beside its place. */
interface ScopeExtras {
  /** In place of its node's input: what the node is given, for the expression that makes the input of it. */
  readonly given?: Json;
  readonly output?: Json;
  /** In place of the values of the graph around it: as they are after its step. */
  readonly values?: JsonObject;
  readonly round?: number;
  readonly message?: Json;
}

/** The value that was looked at last, as expressions see it. */
let seen: { readonly value: object; readonly view: ExpressionData } | undefined;

/**
 * Values as expressions see them. The last one is kept, so that many who look at one long list convert it once; to remember each of
 * them would cost a run that changes its state at every step more than it saves.
 */
function viewOf(value: Json | undefined): ExpressionData {
  if (typeof value !== 'object' || value === null) return toData(value);
  if (seen?.value !== value) seen = { value, view: toData(value) };
  return seen.view;
}

/** What an expression can see at one place of a run. Contexts are made when they are asked for. */
export class FlowScope extends data.Dictionary implements ExpressionScope {
  readonly #place: Place;
  readonly #extras: ScopeExtras;

  constructor(place: Place, extras: ScopeExtras = {}) {
    super();
    this.#place = place;
    this.#extras = extras;
  }

  get contexts(): data.Dictionary {
    return this;
  }

  statusFunctions(): ReadonlyMap<string, FunctionDefinition> {
    const patches = this.#place.run.patches ?? [];
    return patchedFunction((id) => patches.includes(id));
  }

  override get(name: string): ExpressionData {
    const place = this.#place;
    const { given, output, values, round, message } = this.#extras;
    switch (name.toLowerCase()) {
      case 'input':
        return viewOf(given === undefined ? inputOf(place) : given);
      case 'state':
        return viewOf(values ?? valuesAround(place));
      case 'item':
        return toData(itemOf(place)?.item);
      case 'index':
        return toData(itemOf(place)?.index);
      case 'output':
        return toData(output);
      case 'round':
        return toData(round ?? roundOf(place));
      case 'message':
        return toData(message);
      case 'run':
        return toData({ id: place.run.runId, session: place.run.sessionId });
      case 'vars':
        return toData(place.run.vars ?? {});
      default:
        return NULL;
    }
  }
}

/**
 * What a node is given: what a person put in its place, else its `input`, else what stands around it gives.
 *
 * @throws TauError EXPRESSION_FAILED
 */
export function inputOf(place: Place): Json {
  const { plan, activation } = place;
  if (activation.input !== undefined) return activation.input;
  if (plan.input === undefined) return givenTo(place);
  return plan.input(new FlowScope(place, { given: givenTo(place) }));
}

/** What stands around a node gives it. */
function givenTo(place: Place): Json {
  const { parent, key } = place;
  if (parent === undefined) return place.run.input ?? {};
  const around = parent.activation;
  switch (around.kind) {
    case 'graph':
      return givenToEntry(chunkItem(around.entries, key), around.values);
    case 'chain':
    case 'loop':
      return around.value === undefined ? inputOf(parent) : around.value;
    case 'map':
      return around.items?.[key] ?? null;
    case 'saga':
      return givenToStep(parent, key);
    default:
      return inputOf(parent);
  }
}

/** What was given as null is null, and not the state. */
function givenToEntry(entry: GraphEntry | undefined, values: JsonObject): Json {
  return entry?.given === undefined ? values : entry.given;
}

function givenToStep(saga: Place, child: number): Json {
  const { plan, activation } = saga;
  if (plan.kind !== 'saga' || activation.kind !== 'saga') return null;
  if (child < plan.steps) return child === 0 ? inputOf(saga) : (activation.done[child - 1]?.output ?? null);
  const step = plan.undo.indexOf(child);
  const done = activation.done[step];
  const stepPlan = plan.children[step];
  if (done === undefined || stepPlan === undefined) return null;
  const { undoing: _, child: __, ...rest } = activation;
  const asItWas: Place = { ...saga, activation: { ...rest, done: activation.done.slice(0, step) } };
  const input = inputOf({
    run: saga.run,
    at: saga.at,
    plan: stepPlan,
    activation: done.input === undefined ? { kind: 'pass' } : { kind: 'pass', input: done.input },
    key: step,
    parent: asItWas,
  });
  return { input, output: done.output };
}

/** Whether a node is given the very state of its graph: it then has nothing of its own to write. */
export function isGivenState(place: Place): boolean {
  return (
    place.plan.input === undefined &&
    place.activation.input === undefined &&
    place.parent?.activation.kind === 'graph' &&
    entryOf(place)?.given === undefined
  );
}

function valuesAround(place: Place): JsonObject | undefined {
  for (let outer = place.parent; outer !== undefined; outer = outer.parent)
    if (outer.activation.kind === 'graph') return outer.activation.values;
  return undefined;
}

function roundOf(place: Place): number | undefined {
  for (let outer = place.parent; outer !== undefined; outer = outer.parent)
    if (outer.activation.kind === 'loop') return outer.activation.round;
  return undefined;
}
