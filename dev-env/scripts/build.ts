// Builds the libraries whose inputs changed since their last build: sources, configuration, and what they depend on.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES, type Library, MAY_IMPORT, ROOT } from './libraries.ts';
import { linkCommands } from './link-commands.ts';
import { run } from './run.ts';

const INPUTS = ['src/**/*', 'proto/**/*', 'scripts/**/*', 'package.json', 'tsconfig*.json', 'tsup.config.ts'];

/** A hash of all that a library's build reads, its dependencies' stamps included. */
function inputHash(library: Library, stamps: ReadonlyMap<Library, string>): string {
  const hash = createHash('sha256');
  const folder = join(ROOT, library);
  const files = globSync(INPUTS, { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(file.slice(folder.length)).update('\0').update(readFileSync(file)).update('\0');
  for (const dependency of MAY_IMPORT[library]) hash.update(stamps.get(dependency) ?? '');
  return hash.digest('hex');
}

const stamps = new Map<Library, string>();
for (const library of LIBRARIES) {
  const stampFile = join(ROOT, library, 'dist', '.stamp');
  const wanted = inputHash(library, stamps);
  stamps.set(library, wanted);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) continue;
  const started = performance.now();
  const result = await run('npm', ['run', '--silent', 'build'], { cwd: join(ROOT, library) });
  if (result.code !== 0) {
    process.stderr.write(result.output);
    console.error(`build: ${library} failed; see above.`);
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
  console.log(`build: ${library} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
linkCommands(ROOT, LIBRARIES);
