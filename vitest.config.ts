import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** GitHub's packages name source maps whose sources they do not ship: without their names, nothing warns of each file. */
const withoutSourceMaps: Plugin = {
  name: 'without-source-maps',
  load: {
    filter: { id: /@actions\/.*\.js$/ },
    handler: async (id) => (await readFile(id, 'utf8')).replace(/\/\/# sourceMappingURL=.*$/m, ''),
  },
};

export default defineConfig({
  plugins: [withoutSourceMaps],
  resolve: {
    alias: [
      { find: /^tau-orchestrate$/, replacement: source('src/index.ts') },
      { find: /^tau-orchestrate\/local$/, replacement: source('src/runner/index.ts') },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    // GitHub's workflow parser imports JSON in a way that plain Node refuses; vite reads it.
    server: { deps: { inline: [/@actions\//] } },
  },
});
