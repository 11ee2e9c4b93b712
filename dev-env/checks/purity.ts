import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';
import { type Check, type CheckResult, combine } from './check.ts';
import { tool } from './commands.ts';

const CONFIG = join(ROOT, 'dev-env', 'checks', 'purity', 'purity.json');

/** Lints files or folders by the rules of pure code: no clock, no randomness, no host's locale, nothing asynchronous. */
export function lintPure(paths: readonly string[]): Promise<CheckResult> {
  return tool('biome', [
    'lint',
    `--config-path=${CONFIG}`,
    '--reporter=github',
    '--colors=off',
    '--max-diagnostics=100',
    ...paths,
  ]);
}

/**
 * A library's pure folders are those that its tsconfig.pure.json includes. The compiler refuses hosts' globals and
 * node's modules there (lib ES2023, no types); the linter refuses what the language itself still offers.
 */
async function checkLibrary(library: string): Promise<CheckResult> {
  const folder = join(ROOT, library);
  const config = join(folder, 'tsconfig.pure.json');
  const { compilerOptions, include } = JSON.parse(readFileSync(config, 'utf8')) as {
    compilerOptions?: { lib?: string[]; types?: string[] };
    include?: string[];
  };
  if (compilerOptions?.lib?.join() !== 'ES2023' || compilerOptions.types?.length !== 0 || !include?.length) {
    return { ok: false, output: `${config}: needs "lib": ["ES2023"], "types": [] and the pure folders in "include"` };
  }
  const paths = include.map((path) => join(folder, path.replace(/\/\*\*.*$/, '')));
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length > 0) return { ok: false, output: `${config} includes what is not there: ${absent.join(', ')}` };
  const compiled = await tool('tsc', ['-p', config, '--noEmit', '--pretty', 'false'], folder);
  return combine([compiled, await lintPure(paths)]);
}

/** Pure folders stay pure. */
export const purityCheck: Check = {
  name: 'purity',
  run: async () => {
    const pure = LIBRARIES.filter((library) => existsSync(join(ROOT, library, 'tsconfig.pure.json')));
    const results: CheckResult[] = [];
    for (const library of pure) results.push(await checkLibrary(library));
    for (const needed of ['tau-core', 'tau-orchestrate', 'tau-runtime-kernel'] as const) {
      if (!pure.includes(needed)) results.push({ ok: false, output: `${needed} has no tsconfig.pure.json` });
    }
    return combine(results);
  },
};
