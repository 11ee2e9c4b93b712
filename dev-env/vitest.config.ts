import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      '{checks,integration,scripts,skill,umbrella,workflows}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // Each file starts processes of its own; more than two at a time would only measure the machine.
    maxWorkers: 2,
    // GitHub's workflow parser imports JSON in a way that plain Node refuses; vite reads it.
    server: { deps: { inline: [/@actions\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
