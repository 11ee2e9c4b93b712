import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Git, GitError } from '../git/git.ts';
import { pinPath, urlsAt } from '../git/gitmodules.ts';
import { commitOf } from '../git/objects.ts';
import { isShallow } from '../git/preflight.ts';
import { remoteFailure } from '../git/remotes.ts';
import { createTag, tagCommits, tagState } from '../git/tags.ts';
import { allReleases, type Release } from '../model/manifest.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';

/** A pin and how its submodule stands. */
export interface CheckedOut {
  readonly library: string;
  readonly version: string;
  readonly commit: string;
  /** What was checked out before: nothing, the pin, or another commit. */
  readonly before: 'absent' | 'at the pin' | 'elsewhere';
}

export interface InitReport {
  readonly pins: readonly CheckedOut[];
  /** Tags that were missing in this clone. */
  readonly tags: readonly string[];
}

/** What is checked out at a library's pin, or undefined when its submodule is not initialised. */
export async function checkedOutAt(git: Git, library: string): Promise<string | undefined> {
  const folder = join(git.folder, pinPath(library));
  return existsSync(join(folder, '.git')) ? git.at(folder).ask('rev-parse', '--verify', '--quiet', 'HEAD') : undefined;
}

/** Those of these libraries whose pins are checked out. */
export async function initialisedPins(git: Git, libraries: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const library of libraries) if ((await checkedOutAt(git, library)) !== undefined) found.push(library);
  return found;
}

/** Gets the commit of a pin from the umbrella's remote, for clones whose history was cut off before it. */
async function fetchCommit(git: Git, library: string, pin: Release): Promise<void> {
  const what = `the pin of ${library} (${pin.commit.slice(0, 12)}) is not in this ${(await isShallow(git)) ? 'shallow ' : ''}clone`;
  const next = 'run "git fetch --unshallow" in a shallow clone, "git fetch" in another, then try again';
  const remote = (await git.ask('remote'))?.split('\n').find((name) => name !== '');
  if (remote === undefined) throw new Stop(`${what}, which has no remote`, next);
  try {
    await git.run('fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--depth=1', remote, pin.commit);
  } catch (error) {
    throw new Stop(`${what}, and its remote did not give it: ${remoteFailure(error)}`, next);
  }
}

/**
 * Checks pins out from the umbrella's own objects, which hold the libraries' histories since they are joined to it: no
 * network is needed. git lets no submodule be cloned from a local path unless it is told so; it is told so for these
 * calls alone, and the submodule's remote is afterwards the one that .gitmodules names.
 */
export async function populatePins(
  git: Git,
  pins: ReadonlyMap<string, Release>,
  libraries: readonly string[],
): Promise<void> {
  const store = await git.run('rev-parse', '--path-format=absolute', '--git-common-dir');
  for (const library of libraries) {
    const [pin, path] = [pins.get(library), pinPath(library)];
    if (pin === undefined) continue;
    try {
      await git.run('submodule', '--quiet', 'init', '--', path);
      const local = ['-c', 'protocol.file.allow=always', '-c', `submodule.${path}.url=${store}`];
      if ((await checkedOutAt(git, library)) !== undefined) {
        const tags = `refs/tags/${library}@v*:refs/tags/${library}@v*`;
        await git.at(join(git.folder, path)).run('fetch', '--quiet', '--no-tags', store, `refs/tags/${pin.tag}`, tags);
      }
      await git.run(...local, 'submodule', '--quiet', 'update', '--', path);
      await git.run('submodule', '--quiet', 'sync', '--', path);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new Stop(
        `${path} could not be checked out: ${error.message}`,
        `look at "git -C ${path} status", mend it, and try again`,
      );
    }
  }
}

/** Initialises the submodules of all pins, each on its library's release tag, from this clone alone where it can. */
export async function initPins({ git, head, manifest }: Umbrella, apply: boolean): Promise<InitReport> {
  const pins = new Map(Object.entries(manifest.libraries));
  const urls = await urlsAt(git, head);
  const states: CheckedOut[] = [];
  for (const [library, pin] of pins) {
    if (!urls.has(library)) {
      throw new Stop(`.gitmodules does not name ${pinPath(library)}`, 'run "npm run umbrella -- verify"');
    }
    const at = await checkedOutAt(git, library);
    const before = at === undefined ? 'absent' : at === pin.commit ? 'at the pin' : 'elsewhere';
    states.push({ library, version: pin.version, commit: pin.commit, before });
  }
  const there = await tagCommits(git);
  const tags: string[] = [];
  for (const { library, release } of allReleases(manifest)) {
    const isPinned = pins.get(library)?.commit === release.commit;
    if ((await commitOf(git, release.commit)) === undefined) {
      if (!isPinned) continue;
      if (apply) await fetchCommit(git, library, release);
    }
    if (tagState(there, release) !== 'missing') continue;
    tags.push(release.tag);
    if (apply) await createTag(git, library, release, false);
  }
  if (apply) await populatePins(git, pins, [...pins.keys()]);
  return { pins: states, tags };
}
