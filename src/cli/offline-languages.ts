import { type Json, type ProgramLanguage, tauError } from 'tau-core';

/** A language as this command uses it: what its definitions, states and events are, is its own. */
export type OfflineLanguage = ProgramLanguage<Json, Json, Json>;

/**
 * The language of a program, of the library that this command was built with.
 *
 * @throws TauError UNSUPPORTED for a program of a kernel of one's own.
 */
export async function offlineLanguage(program: string): Promise<OfflineLanguage> {
  const { flowLanguage, hubLanguage, scheduleLanguage, workflowLanguage } = await import('tau-orchestrate');
  const known = [
    flowLanguage,
    hubLanguage,
    scheduleLanguage,
    workflowLanguage,
  ] as unknown as readonly OfflineLanguage[];
  const found = known.find((language) => language.program.kind === program);
  if (found !== undefined) return found;
  const names = known.map((language) => language.program.kind).join(', ');
  throw tauError(
    'UNSUPPORTED',
    `this command knows no program "${program}", only ${names}: ask the kernel that runs it`,
  );
}
