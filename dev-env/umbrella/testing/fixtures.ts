import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { Clone, type Folders, makeUmbrella, TEST_ENV } from './sandbox.ts';

/** Umbrellas that many tests begin with. */
export type Fixture = 'fresh' | 'released';

const CACHE = join(ROOT, 'dev-env', 'node_modules', '.cache', 'umbrella');

/** A hash of what makes the fixtures: the commands, and the versions of what they use. */
function sourcesHash(): string {
  const hash = createHash('sha256').update(process.version);
  const files = globSync('umbrella/**/*.ts', {
    cwd: join(ROOT, 'dev-env'),
    exclude: (path) => path.endsWith('.test.ts'),
  });
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(ROOT, 'dev-env', file)));
  return hash
    .update(readFileSync(join(ROOT, 'dev-env', 'package.json')))
    .digest('hex')
    .slice(0, 16);
}

async function make(folder: string): Promise<void> {
  const fresh = await makeUmbrella(join(folder, 'fresh'));
  cpSync(fresh.folder, join(folder, 'released'), { recursive: true });
  const released = new Clone(join(folder, 'released'), TEST_ENV);
  await released.did('release', '--all', '--first', '0.1.0', '--yes');
  await released.did('pin', '--all', '--yes');
  for (const { git } of [fresh, released]) await git.run('gc', '--quiet');
}

/**
 * A copy of a throw-away umbrella: `fresh` with nothing released, or `released` with every library released as 0.1.0 and
 * pinned. It is made once for all test files, and again when the commands change.
 */
export async function fixture(name: Fixture, folders: Folders): Promise<Clone> {
  const made = join(CACHE, sourcesHash());
  if (!existsSync(made)) {
    mkdirSync(CACHE, { recursive: true });
    // Those of older sources go; those with a dash in their name are being made.
    for (const old of readdirSync(CACHE))
      if (!old.includes('-')) rmSync(join(CACHE, old), { recursive: true, force: true });
    const folder = mkdtempSync(`${made}-`);
    await make(folder);
    // Another test file may have been first.
    if (existsSync(made)) rmSync(folder, { recursive: true, force: true });
    else renameSync(folder, made);
  }
  const copy = join(folders.next(), 'umbrella');
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(join(made, name), copy, { recursive: true });
  return new Clone(copy, TEST_ENV);
}
