import { LIBRARIES, type Library } from '../scripts/libraries.ts';
import { verifyPins } from '../umbrella/commands/verify.ts';
import { dirtyPaths } from '../umbrella/git/preflight.ts';
import { MANIFEST } from '../umbrella/model/manifest.ts';
import type { Umbrella } from '../umbrella/model/umbrella.ts';
import { Stop } from '../umbrella/stop.ts';
import type { Progress } from './progress.ts';
import { headSource, releaseSource, type Source, workTreeSource } from './sources.ts';

/** The pinned releases. Stops when they are not what manifest, tags and history say. */
export async function pinnedSources(
  umbrella: Umbrella,
  libraries: readonly Library[] = LIBRARIES,
): Promise<readonly Source[]> {
  const { git, manifest } = umbrella;
  const missing = libraries.filter((library) => manifest.libraries[library] === undefined);
  if (missing.length > 0) {
    const problem = `${MANIFEST} pins no ${missing.join(', ')}`;
    throw new Stop(problem, 'run "npm run umbrella -- pin --all --yes", or prove the newest commit with --from-tree');
  }
  const changed = (await dirtyPaths(git)).filter((path) => path.startsWith('pins/') || path === '.gitmodules');
  if (changed.length > 0) throw new Stop(`the pins are dirty: ${changed.join(', ')}`, 'commit or restore them');
  const [problem] = (await verifyPins(umbrella)).problems;
  if (problem !== undefined) throw new Stop(`${problem.library}: ${problem.problem}`, problem.next);
  const sources: Source[] = [];
  for (const library of libraries) {
    const pin = manifest.libraries[library];
    if (pin !== undefined) sources.push(await releaseSource(git, library, pin, 'pin'));
  }
  return sources;
}

/** The libraries of the newest commit. */
export async function treeSources(umbrella: Umbrella, progress: Progress): Promise<readonly Source[]> {
  const isOfLibrary = (path: string): boolean => LIBRARIES.some((library) => path.startsWith(`${library}/`));
  const changed = (await dirtyPaths(umbrella.git)).filter(isOfLibrary);
  if (changed.length > 0)
    progress.note(`note: ${changed.length} files of libraries are not committed, and not part of this`);
  return Promise.all(LIBRARIES.map((library) => headSource(umbrella, library)));
}

/** The libraries as they stand in the work tree, with what was built there. */
export function workTreeSources({ git }: Umbrella): Promise<readonly Source[]> {
  return Promise.all(LIBRARIES.map((library) => workTreeSource(git, library)));
}
