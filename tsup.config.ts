import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    flow: 'src/flow/index.ts',
    local: 'src/runner/index.ts',
    observe: 'src/observe/index.ts',
  },
  format: ['esm'],
  target: 'node24',
  // Nothing here is Node's own; so yaml comes as the build that reads no environment.
  platform: 'neutral',
  sourcemap: true,
  clean: true,
  dts: false,
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  // GitHub's packages import JSON in a way that plain Node refuses, so they are built in. THIRD-PARTY.md has their licences.
  noExternal: [/^@actions\//],
  // Of the local runner's stores alone.
  external: [/^node:/],
});
