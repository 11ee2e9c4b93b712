import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';

/** Tests that start processes run what users run: the built files. Builds them when a source is newer. */
export function setup(): void {
  const root = `${import.meta.dirname}/..`;
  const newest = Math.max(...globSync(`${root}/{src/**/*.ts,*.config.ts,package.json}`).map(modifiedMs));
  const builds = globSync(`${root}/dist/**/*.js`).map(modifiedMs);
  if (builds.length > 0 && Math.min(...builds) > newest) return;
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function modifiedMs(path: string): number {
  return statSync(path).mtimeMs;
}
