import type { Git } from '../git/git.ts';
import { gitlinksAt } from '../git/gitmodules.ts';
import { commitOf, isAncestor } from '../git/objects.ts';
import { currentBranch, dirtyPaths, isShallow } from '../git/preflight.ts';
import { type Join, joinsIn } from '../git/subtree.ts';
import { type TagState, tagCommits, tagState } from '../git/tags.ts';
import { newestRelease } from '../model/manifest.ts';
import type { Package } from '../model/package.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { checkedOutAt } from './init.ts';

/** How one library stands. */
export interface LibraryStatus {
  readonly library: string;
  /** The version that its package.json says at HEAD. */
  readonly version: string;
  /** The newest commit of the umbrella that touched its folder. */
  readonly head: string;
  readonly release: string | null;
  readonly tag: TagState | null;
  /** Commits that touched its folder since its newest release; null when there is none, or that cannot be told. */
  readonly distance: number | null;
  readonly pin: string | null;
  /** The commit that the gitlink names. */
  readonly gitlink: string | null;
  /** Whether the pin's commit is part of HEAD's history: a clone has it. */
  readonly reachable: boolean | null;
  /** Whether the pin's commit is part of the followed branch, as far as the last fetch knows. */
  readonly pushed: boolean | null;
  readonly checkout: 'absent' | 'at the pin' | 'elsewhere';
  readonly dirty: readonly string[];
}

export interface StatusReport {
  readonly head: string;
  readonly branch: string | null;
  readonly upstream: string | null;
  readonly shallow: boolean;
  readonly dirty: readonly string[];
  readonly libraries: readonly LibraryStatus[];
}

/** What is the same for all libraries. */
interface Common {
  readonly umbrella: Umbrella;
  readonly joins: readonly Join[];
  readonly tags: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  readonly upstream: string | undefined;
  readonly dirty: readonly string[];
}

/** Commits that touched a folder since a release was made. */
async function distanceOf(git: Git, joins: readonly Join[], commit: string, folder: string): Promise<number | null> {
  const join = joins.find((one) => one.split === commit);
  if (join === undefined) return null;
  return Number(await git.run('rev-list', '--count', '--no-merges', `${join.mainline}..HEAD`, '--', folder));
}

async function statusOf(common: Common, library: Package): Promise<LibraryStatus> {
  const { git, head, manifest } = common.umbrella;
  const { name, folder, version } = library;
  const release = newestRelease(manifest, name);
  const link = common.links.get(name);
  const at = await checkedOutAt(git, name);
  const known = link !== undefined && (await commitOf(git, link)) !== undefined;
  const { upstream } = common;
  return {
    library: name,
    version,
    head: await git.run('log', '-1', '--format=%h', 'HEAD', '--', folder),
    release: release?.version ?? null,
    tag: release === undefined ? null : tagState(common.tags, release),
    distance: release === undefined ? null : await distanceOf(git, common.joins, release.commit, folder),
    pin: manifest.libraries[name]?.version ?? null,
    gitlink: link ?? null,
    reachable: link === undefined ? null : known && (await isAncestor(git, link, head)),
    pushed: link === undefined || upstream === undefined ? null : known && (await isAncestor(git, link, upstream)),
    checkout: at === undefined ? 'absent' : at === link ? 'at the pin' : 'elsewhere',
    dirty: common.dirty.filter((path) => path.startsWith(`${folder}/`)),
  };
}

/** How the umbrella and each of its libraries stand. Changes nothing, and asks no remote. */
export async function statusReport(umbrella: Umbrella): Promise<StatusReport> {
  const { git, head, libraries } = umbrella;
  const upstream = await git.ask('rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}');
  const dirty = await dirtyPaths(git);
  const [joins, tags, links] = [await joinsIn(git, head), await tagCommits(git), await gitlinksAt(git, head)];
  const common: Common = { umbrella, joins, tags, links, upstream, dirty };
  const found: LibraryStatus[] = [];
  for (const library of libraries) found.push(await statusOf(common, library));
  return {
    head,
    branch: (await currentBranch(git)) ?? null,
    upstream: upstream ?? null,
    shallow: await isShallow(git),
    dirty,
    libraries: found,
  };
}
