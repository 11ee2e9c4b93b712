import { TauError } from 'tau-core';
import type { DefinitionCalls } from 'tau-core/client';
import { programOfFile } from './definition-program.js';
import type { DefinitionStore } from './definition-store.js';

/** The kernel's definitions as a store. */
export function kernelDefinitions(client: DefinitionCalls): DefinitionStore {
  return {
    async put(name, source) {
      const result = await client.putDefinition({ name, source, program: programOfFile(name) ?? 'workflow' });
      if (!result.accepted) return result;
      const { version, triggers } = result.definition;
      return { accepted: true, version, triggers };
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
