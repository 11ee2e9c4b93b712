import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', local: 'src/runner/index.ts' },
  format: ['esm'],
  target: 'node24',
  // Nothing here is Node's own; so yaml comes as the build that reads no environment.
  platform: 'neutral',
  sourcemap: true,
  clean: true,
  dts: false,
  // GitHub's packages import JSON in a way that plain Node refuses, so they are built in. THIRD-PARTY.md has their licences.
  noExternal: [/^@actions\//],
});
