import type { Json, ProgramLanguage } from 'tau-core';
import type { BoundDefinition, RegionState, RunState } from './state.js';

/** A program's language with its types hidden: regions hold definitions, states and events as plain JSON. */
export type HostedLanguage = ProgramLanguage<Json, Json, Json>;

/** The programs that a kernel hosts, by kind. */
export type Programs = ReadonlyMap<string, HostedLanguage>;

/** Hides a language's types. Sound because a program's definitions, states and events are plain JSON by contract. */
export function hosted<Definition, State, Event>(language: ProgramLanguage<Definition, State, Event>): HostedLanguage {
  return language as unknown as HostedLanguage;
}

/** The language of a bound definition. Definitions are bound through the same table, so absence is a bug. */
export function languageOf(programs: Programs, bound: Pick<BoundDefinition, 'program'>): HostedLanguage {
  const language = programs.get(bound.program);
  if (language === undefined) throw new Error(`this kernel hosts no program "${bound.program}"`);
  return language;
}

/** The definition that a run is bound to. The region adopted it when the run started; a region that has it not is told null. */
export function definitionOf({ adopted }: RegionState, run: RunState): Json {
  return adopted.get(run.definition.version)?.definition ?? null;
}

/** What is said of a program that threw: it has a bug. */
export function programFailure(thrown: unknown): string {
  return `the run's program failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}
