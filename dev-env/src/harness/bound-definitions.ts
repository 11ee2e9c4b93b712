import type { ProgramLanguage } from 'tau-core';
import { flowLanguage, hubLanguage, scheduleLanguage, workflowLanguage } from 'tau-orchestrate';
import type { AnyExecutable } from 'tau-orchestrate/local';
import type { ProgramKind, ScenarioDefinition } from '../scenarios/scenario.ts';

type AnyLanguage = ProgramLanguage<unknown, unknown, unknown>;

/** The languages of the programs that every host has. */
export const LANGUAGES: Readonly<Record<ProgramKind, AnyLanguage>> = {
  flow: flowLanguage as unknown as AnyLanguage,
  workflow: workflowLanguage as unknown as AnyLanguage,
  schedule: scheduleLanguage as unknown as AnyLanguage,
  hub: hubLanguage as unknown as AnyLanguage,
};

/** Definitions by name, read from their sources. @throws Error with what is wrong with one. */
export function readDefinitions(definitions: readonly ScenarioDefinition[]): ReadonlyMap<string, AnyExecutable> {
  const read = definitions.map(({ name, program, source }): readonly [string, AnyExecutable] => {
    const language = LANGUAGES[program];
    const parsed = language.parse(source, name);
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.diagnostics)}`);
    return [name, { language, definition: parsed.definition }];
  });
  return new Map(read);
}

/** One of them with those that it refers to built in, as runs are bound to it. */
export function boundDefinition(definitions: ReadonlyMap<string, AnyExecutable>, name: string): AnyExecutable {
  const found = definitions.get(name);
  if (found === undefined) throw new Error(`no definition "${name}"`);
  const { language, definition } = found;
  if (language.link === undefined || (language.references?.(definition) ?? []).length === 0) return found;
  const linked = language.link(definition, (other) => definitions.get(other)?.definition);
  if (!linked.ok) throw new Error(`${name}: ${JSON.stringify(linked.diagnostics)}`);
  return { language, definition: linked.definition };
}
