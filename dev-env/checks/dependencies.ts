import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES, type Library, MAY_IMPORT, ROOT, TESTED } from '../scripts/libraries.ts';
import { type Check, problems } from './check.ts';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bresolve\s*\(\s*)['"]([^'"\n]+)['"]/g;

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

function isLibrary(name: string): name is Library {
  return (LIBRARIES as readonly string[]).includes(name);
}

/** What is wrong with one import, or undefined. Exported for its test. */
export function importProblem(from: (typeof TESTED)[number], specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    return /(^|\/)(tau-[a-z-]+|dev-env)\//.test(specifier) ? `reaches into another library: "${specifier}"` : undefined;
  }
  const [name = '', ...rest] = specifier.split('/');
  if (!isLibrary(name) || name === from) return undefined;
  if (!MAY_IMPORT[from].includes(name)) return `${from} must not import ${name}`;
  const door = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  const doors = Object.keys(manifestOf(name).exports ?? {});
  return doors.includes(door) ? undefined : `"${specifier}" is no door of ${name}; its doors are ${doors.join(', ')}`;
}

function checkFolder(folder: (typeof TESTED)[number]): string[] {
  const { dependencies, devDependencies } = manifestOf(folder);
  const found = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => isLibrary(name) && !MAY_IMPORT[folder].includes(name))
    .map((name) => `${folder}/package.json must not depend on ${name}`);
  for (const file of globSync('{src,test,examples,bench,scripts}/**/*.ts', { cwd: join(ROOT, folder) })) {
    for (const [, specifier = ''] of readFileSync(join(ROOT, folder, file), 'utf8').matchAll(IMPORT)) {
      const problem = importProblem(folder, specifier);
      if (problem !== undefined) found.push(`${folder}/${file}: ${problem}`);
    }
  }
  return found;
}

/** Dependencies run one way, and libraries meet only at their doors. */
export const dependencyCheck: Check = {
  name: 'dependencies',
  run: async () => problems(TESTED.flatMap(checkFolder)),
};
