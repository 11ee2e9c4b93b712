import semver from 'semver';
import { isAncestor, treeOf, unreachable } from '../git/objects.ts';
import {
  requireBranch,
  requireClean,
  requireCurrent,
  requireFullHistory,
  requireIdentity,
  requireSubtree,
} from '../git/preflight.ts';
import { joinMessage, split } from '../git/subtree.ts';
import { createTag, signsTags, tagCommits, tagState } from '../git/tags.ts';
import { Workshop } from '../git/workshop.ts';
import {
  allReleases,
  MANIFEST,
  type Manifest,
  manifestText,
  newestRelease,
  type Release,
  tagName,
  withRelease,
} from '../model/manifest.ts';
import { chosen, type Package, packagesAt } from '../model/package.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { type Decision, decideRelease } from '../release/decide.ts';
import { writeRelease } from '../release/write.ts';
import { Stop } from '../stop.ts';

/** What to release, and how. */
export interface ReleaseOptions {
  readonly libraries: readonly string[];
  /** The version of a library that has no release yet. */
  readonly first?: string | undefined;
  /** The version of the one library that is released, in place of what its commits ask for. */
  readonly version?: string | undefined;
  /** The branch on which releases are made. */
  readonly branch: string;
  /** Sign the tag; undefined when the user's settings decide. */
  readonly sign?: boolean | undefined;
  /** False for a dry run: all is made, nothing is brought into the user's repository. */
  readonly apply: boolean;
}

/** What came of one library. */
export interface Released {
  readonly library: string;
  readonly from: string | null;
  /** Null when nothing asks for a release. */
  readonly release: Release | null;
  readonly notes: string;
  /** Packages whose range of this library moved, with the new range. */
  readonly ranges: Readonly<Record<string, string>>;
}

export interface ReleaseReport {
  readonly libraries: readonly Released[];
  /** Tags that an interrupted release had left out. */
  readonly resumed: readonly string[];
  readonly head: string;
}

/** Tags of recorded releases that are missing here. Stops when a release does not stand in this history as recorded. */
async function missingTags({ git, head, manifest }: Umbrella): Promise<ReturnType<typeof allReleases>> {
  const releases = allReleases(manifest);
  const lost = await unreachable(
    git,
    releases.map(({ release }) => release.commit),
    head,
  );
  const tags = await tagCommits(git);
  for (const { release } of releases) {
    if (lost.has(release.commit)) {
      throw new Stop(
        `history was rewritten: ${release.tag} (${release.commit.slice(0, 12)}) is no longer part of it`,
        'go back to the history that has it; merge branches with releases by a merge commit, never by squash or rebase',
      );
    }
    if (tagState(tags, release) === 'elsewhere') {
      throw new Stop(
        `the tag ${release.tag} names another commit than the release that ${MANIFEST} records`,
        `run "git tag -d ${release.tag}", then "npm run umbrella -- tags --yes"`,
      );
    }
  }
  return releases.filter(({ release }) => tagState(tags, release) === 'missing');
}

/** The library's own history, and what it asks for; undefined when nothing does. */
async function decide(
  workshop: Workshop,
  library: Package,
  context: { manifest: Manifest; libraries: readonly Package[]; options: ReleaseOptions },
): Promise<Decision | undefined> {
  const { manifest, libraries, options } = context;
  const last = newestRelease(manifest, library.name);
  if (last !== undefined && (await treeOf(workshop.git, workshop.head, library.folder)) === last.tree) return undefined;
  if (last === undefined && options.first === undefined && options.version === undefined) {
    throw new Stop(`${library.name} has no release yet`, 'say which version its first one gets: --first 0.1.0');
  }
  if (last !== undefined && options.version !== undefined && !semver.gt(options.version, last.version)) {
    throw new Stop(`${library.name} has ${last.version} already`, 'name a higher version');
  }
  const commit = await split(workshop.git, library.folder, workshop.head);
  if (last !== undefined && !(await isAncestor(workshop.git, last.commit, commit))) {
    throw new Stop(
      `history was rewritten: what ${library.name} is split into now does not follow its release ${last.version}`,
      'go back to the history in which that release was joined',
    );
  }
  return decideRelease(workshop, {
    library: library.name,
    commit,
    releases: manifest.releases[library.name] ?? [],
    others: libraries.filter((other) => other !== library).map((other) => other.name),
    version: options.version ?? (last === undefined ? options.first : undefined),
  });
}

/** The release commit, the library's history with it, joined and tagged. */
async function make(
  workshop: Workshop,
  library: Package,
  options: { from: string | null; decision: Decision; signed: boolean },
): Promise<Released & { release: Release }> {
  const { git } = workshop;
  const { version } = options.decision;
  const tag = tagName(library.name, version);
  if (await git.succeeds('rev-parse', '--verify', '--quiet', `refs/tags/${tag}`)) {
    throw new Stop(
      `the tag ${tag} is here already, but ${MANIFEST} records no such release`,
      `run "git tag -d ${tag}"`,
    );
  }
  const day = new Date().toISOString().slice(0, 10);
  const packages = await packagesAt(git, workshop.head);
  const { files, ranges, notes } = await writeRelease(git, workshop.head, {
    library,
    packages,
    decision: options.decision,
    day,
  });
  await workshop.commit(`chore(${library.name}): release ${version}\n`, files);
  const mainline = workshop.head;
  const commit = await split(git, library.folder, mainline);
  await workshop.mergeOurs(joinMessage({ library: library.folder, mainline, split: commit }), commit);
  const date = new Date(Number(await git.run('log', '-1', '--format=%ct', commit)) * 1000).toISOString();
  const tree = (await treeOf(git, commit)) ?? '';
  const release: Release = { version, tag, commit, tree, date: `${date.slice(0, 19)}Z` };
  await createTag(git, library.name, release, options.signed);
  return { library: library.name, from: options.from, release, notes, ranges: Object.fromEntries(ranges) };
}

/** Releases libraries: each that has something new gets a version, a changelog, a commit of its own history and a tag. */
export async function releaseLibraries(umbrella: Umbrella, options: ReleaseOptions): Promise<ReleaseReport> {
  const { git, libraries } = umbrella;
  const selected = chosen(libraries, options.libraries);
  for (const version of [options.first, options.version]) {
    if (version !== undefined && semver.valid(version) !== version) {
      throw new Stop(`"${version}" is no version`, 'write three numbers, e.g. 0.1.0');
    }
  }
  await requireSubtree(git);
  await requireFullHistory(git);
  await requireBranch(git, options.branch);
  await requireClean(git);
  await requireIdentity(git);
  const missing = await missingTags(umbrella);
  await requireCurrent(git);
  const signed = options.sign ?? (await signsTags(git));

  using workshop = await Workshop.open(git);
  let { manifest } = umbrella;
  const reports: Released[] = [];
  for (const library of selected) {
    const from = newestRelease(manifest, library.name)?.version ?? null;
    const decision = await decide(workshop, library, { manifest, libraries, options });
    if (decision === undefined) {
      reports.push({ library: library.name, from, release: null, notes: '', ranges: {} });
      continue;
    }
    const made = await make(workshop, library, { from, decision, signed });
    manifest = withRelease(manifest, library.name, made.release);
    reports.push(made);
  }

  const made = reports.flatMap(({ library, release }) => (release === null ? [] : [`${library} ${release.version}`]));
  if (made.length > 0) {
    const message = `chore(pins): record ${made.length === 1 ? made[0] : `${made.length} releases\n\n${made.join('\n')}`}\n`;
    await workshop.commit(message, new Map([[MANIFEST, manifestText(manifest)]]));
  }
  if (options.apply) {
    for (const { library, release } of missing) await createTag(git, library, release, false);
    const tags = reports.flatMap(({ release }) => (release === null ? [] : [release.tag]));
    if (tags.length > 0) await workshop.deliver(tags);
  }
  return { libraries: reports, resumed: missing.map(({ release }) => release.tag), head: workshop.head };
}
