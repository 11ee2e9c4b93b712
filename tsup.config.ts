import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'contract/index': 'src/contract/index.ts',
    'client/index': 'src/client/index.ts',
    'extension/index': 'src/extension/index.ts',
    'node/index': 'src/node/index.ts',
    'testing/simulation': 'src/testing/simulation.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm'],
  target: 'node24',
  sourcemap: true,
  clean: true,
  dts: false,
});
