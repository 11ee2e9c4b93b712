import { type ProgramLanguage, tauError } from 'tau-core';
import { isPlainJson } from '../json/plain-json.js';
import { checkFlowInput } from './check-input.js';
import type { FlowDefinition } from './definition.js';
import type { FlowEvent } from './event.js';
import { createPlanner } from './flow-plan.js';
import { createFlowProgram } from './flow-program.js';
import { readFlow } from './read-flow.js';
import { redactProgramInput, redactRunInput } from './redact.js';
import { BUILT_IN_REDUCERS, type Reducer, type Reducers } from './reducer.js';
import type { FlowState } from './state.js';

export interface FlowLanguageOptions {
  /** Reducers beside those that every flow has, by name; one of the same name takes the place of that. */
  readonly reducers?: Reducers;
}

/** The flow language: graphs and patterns as JSON, and the program that runs them. */
export type FlowLanguage = ProgramLanguage<FlowDefinition, FlowState, FlowEvent>;

const reducersByLanguage = new WeakMap<FlowLanguage, Reducers>();

/**
 * A flow language with reducers of one's own. Every host that runs, recovers or forks a run of such a flow must have a
 * language with the same reducers: a definition only names them.
 *
 * @throws TauError INVALID_ARGUMENT for a reducer that is none.
 */
export function createFlowLanguage({ reducers }: FlowLanguageOptions = {}): FlowLanguage {
  for (const [name, reducer] of Object.entries(reducers ?? {})) checkReducer(name, reducer);
  const known = { ...BUILT_IN_REDUCERS, ...reducers };
  const planOf = createPlanner(known);
  const language: FlowLanguage = {
    program: createFlowProgram(planOf),
    parse: (source, file) => readFlow(source, file, known),
    triggers: () => [],
    matches: () => false,
    checkInput: (definition, input) => checkFlowInput(definition, planOf(definition), input),
    redact: (definition, _state, input) => redactProgramInput(planOf(definition), input),
    redactInput: (definition, input) => redactRunInput(planOf(definition), input),
  };
  reducersByLanguage.set(language, known);
  return language;
}

/** Whoever writes JavaScript is told here, and not by the first run. */
function checkReducer(name: string, reducer: Partial<Reducer> | undefined): void {
  if (typeof reducer?.reduce === 'function' && isPlainJson(reducer.initial)) return;
  throw tauError('INVALID_ARGUMENT', `the reducer "${name}" must have "reduce", a function, and "initial", JSON`);
}

/** The reducers that a language knows. */
export function reducersOf(language: FlowLanguage): Reducers {
  return reducersByLanguage.get(language) ?? BUILT_IN_REDUCERS;
}

/**
 * The flow language with the reducers that every flow has. No event starts a flow: a client, a schedule or a run does.
 */
export const flowLanguage: FlowLanguage = createFlowLanguage();
