import { type ErrorName, TauError } from 'tau-core';
import type { DefinitionCalls } from 'tau-core/client';
import { programOfFile } from './definition-program.js';
import type { DefinitionStore, PutAnswer } from './definition-store.js';

/** The kernel's definitions as a store. */
export function kernelDefinitions(client: DefinitionCalls): DefinitionStore {
  return {
    async put(name, source) {
      const program = programOfFile(name) ?? 'workflow';
      const result = await client
        .putDefinition({ name, source, program })
        .catch((thrown: unknown) => refusalOf(name, thrown));
      if (!result.accepted) return result;
      const { version, triggers, times, byHand, byCall } = result.definition;
      return { accepted: true, version, starts: { triggers, times, byHand, byCall } };
    },
    async remove(name) {
      try {
        await client.deleteDefinition(name);
      } catch (thrown) {
        // What was refused was never there; what the kernel forgot is gone too.
        if (!(thrown instanceof TauError && thrown.is('NOT_FOUND'))) throw thrown;
      }
    },
    names: async () => (await client.listDefinitions()).map(({ name }) => name),
  };
}

const REFUSALS = ['INVALID_ARGUMENT', 'LIMIT_EXCEEDED', 'UNSUPPORTED'] as const satisfies readonly ErrorName[];

/** What the kernel can never take, such as a name with a space in it, is wrong with the file: asking again helps nobody. */
function refusalOf(file: string, thrown: unknown): Extract<PutAnswer, { readonly accepted: false }> {
  if (!(thrown instanceof TauError && REFUSALS.some((name) => thrown.is(name)))) throw thrown;
  return { accepted: false, diagnostics: [{ file, line: 1, column: 1, message: thrown.message }] };
}
