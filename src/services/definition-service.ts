import { tauError } from 'tau-core';
import { type DefinitionServiceImplementation, kernelv1 } from 'tau-core/contract';
import type { BoundDefinition } from '../machines/region/state.js';
import type { Kernel } from '../shell/kernel.js';
import { definitionView } from './definition-view.js';
import { SOURCE_BYTES_MAX } from './limits.js';

const NAME_PATTERN = /^[^\s\p{Cc}]{1,400}$/u;

export function definitionService(kernel: Kernel): DefinitionServiceImplementation {
  const view = (bound: BoundDefinition): kernelv1.Definition => definitionView(bound, kernel.catalogue.language(bound));
  return {
    putDefinition: async ({ name, program, source, validateOnly }) => {
      if (!NAME_PATTERN.test(name))
        throw tauError('INVALID_ARGUMENT', 'a definition needs a name without white space, e.g. its path');
      if (source.length > SOURCE_BYTES_MAX) {
        throw tauError(
          'LIMIT_EXCEEDED',
          `"${name}" has ${source.length} characters, the limit sourceBytesMax is ${SOURCE_BYTES_MAX}`,
        );
      }
      const read = kernel.catalogue.read(name, program === '' ? 'workflow' : program, source);
      if ('diagnostics' in read) {
        return { definition: undefined, diagnostics: [...read.diagnostics], changed: false, warnings: [] };
      }
      const definition = view(read.bound);
      const warnings = [...kernel.catalogue.warnings(read.bound)];
      if (validateOnly) return { definition, diagnostics: [], changed: false, warnings };
      kernel.refuseWhileDraining();
      const changed = await kernel.putDefinition(read.bound);
      return { definition, diagnostics: [], changed, warnings };
    },

    listDefinitions: async () => ({ definitions: kernel.catalogue.active().map(view) }),

    deleteDefinition: async ({ name }) => {
      await kernel.removeDefinition(name);
      return kernelv1.DeleteDefinitionResponse.create();
    },
  };
}
