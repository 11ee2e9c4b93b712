import type { Json, ProgramLanguage } from 'tau-core';
import type { BoundDefinition } from './state.js';

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
