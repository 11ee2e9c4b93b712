import { join } from 'node:path';
import { ROOT, TESTED } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { type Check, type CheckResult, combine } from './check.ts';

/** Runs a tool of node_modules/.bin; it is fine when the tool exits with 0. */
export async function tool(name: string, args: readonly string[], cwd = ROOT): Promise<CheckResult> {
  const result = await run(join(ROOT, 'node_modules', '.bin', name), args, { cwd });
  return { ok: result.code === 0, output: result.output };
}

/** The strictest TypeScript, over sources, tests, examples, benchmarks and scripts. */
export const typesCheck: Check = {
  name: 'types',
  run: async () => {
    const results: CheckResult[] = [];
    for (const library of TESTED)
      results.push(await tool('tsc', ['--noEmit', '--pretty', 'false'], join(ROOT, library)));
    return combine(results);
  },
};

/** Lint, format, import order and import cycles. */
export const lintCheck: Check = {
  name: 'lint and format',
  run: () => tool('biome', ['ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=100']),
};

/** Files, exports and dependencies that nobody uses. */
export const unusedCheck: Check = {
  name: 'unused code',
  run: () => tool('knip', ['--no-progress', '--no-config-hints']),
};

/** The lock file names the packages of every platform, so that `npm ci` takes it. */
export const lockCheck: Check = {
  name: 'lock file',
  run: async () => {
    const args = [join(ROOT, 'dev-env', 'scripts', 'complete-lockfile.mjs'), '--check'];
    const result = await run(process.execPath, args, { cwd: ROOT });
    return { ok: result.code === 0, output: result.output };
  },
};
