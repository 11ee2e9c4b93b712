import { type ErrorName, tauError } from 'tau-core';
import { createClient } from 'tau-core/client';
import { kernelv1 } from 'tau-core/contract';
import { expect, test } from 'vitest';
import { fakeKernel } from '../../test/fake-kernel.js';
import { kernelDefinitions } from './kernel-definitions.js';

function storeWith(put: (request: kernelv1.PutDefinitionRequest) => object) {
  const kernel = fakeKernel({ 'definitions.putDefinition': put });
  return { kernel, store: kernelDefinitions(createClient(kernel.channel)) };
}

function failing(name: ErrorName) {
  return storeWith(() => {
    throw tauError(name, 'a definition needs a name without white space');
  });
}

test('a definition is put with the program of its name', async () => {
  const { store, kernel } = storeWith(({ name }) => ({
    definition: kernelv1.Definition.fromPartial({ name, version: 'v', triggers: ['github.push'] }),
    diagnostics: [],
    warnings: [],
  }));
  expect(await store.put('a.flow.json', '{}')).toEqual({
    accepted: true,
    version: 'v',
    starts: { triggers: ['github.push'], times: [], byHand: false, byCall: false },
  });
  expect(kernel.calls[0]?.request).toMatchObject({ name: 'a.flow.json', program: 'flow', source: '{}' });
});

// The folder's other files must not wait for it.
test.each<ErrorName>(['INVALID_ARGUMENT', 'LIMIT_EXCEEDED', 'UNSUPPORTED'])(
  'what the kernel can never take is refused like a source that is wrong: %s',
  async (name) => {
    const message = 'a definition needs a name without white space';
    expect(await failing(name).store.put('my flow.yml', '')).toEqual({
      accepted: false,
      diagnostics: [{ file: 'my flow.yml', line: 1, column: 1, message }],
    });
  },
);

test.each<ErrorName>(['UNREACHABLE', 'DRAINING', 'JOURNAL_ABSENT', 'UNAUTHENTICATED', 'INTERNAL'])(
  'what has nothing to do with the file is an error: %s',
  async (name) => {
    await expect(failing(name).store.put('a.yml', '')).rejects.toThrow('without white space');
  },
);
