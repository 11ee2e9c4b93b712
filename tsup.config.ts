import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'bin/tau': 'src/bin/tau.ts',
    'bin/tau-ext-local': 'src/bin/tau-ext-local.ts',
  },
  format: ['esm'],
  target: 'node24',
  // "node:sqlite" has no name without the prefix.
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
  dts: false,
});
