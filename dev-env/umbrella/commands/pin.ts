import semver from 'semver';
import type { Git } from '../git/git.ts';
import { GITMODULES, gitlinksAt, OWN_REMOTE, pinPath, urlsAt, withUrls } from '../git/gitmodules.ts';
import { type Entry, GITLINK } from '../git/objects.ts';
import { requireBranch, requireClean, requireFullHistory, requireIdentity } from '../git/preflight.ts';
import { ownRemote, remoteFailure, remoteRefs, resolveUrl } from '../git/remotes.ts';
import { tagCommits, tagState } from '../git/tags.ts';
import { Workshop } from '../git/workshop.ts';
import { MANIFEST, type Manifest, manifestText, newestRelease, type Release, withPin } from '../model/manifest.ts';
import { chosen } from '../model/package.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';
import { initialisedPins, populatePins } from './init.ts';
import { problemsAt } from './verify.ts';

/** Where pins are to go. */
export interface PinOptions {
  /** Libraries with the version to pin, or undefined for the newest release. */
  readonly wanted: ReadonlyMap<string, string | undefined>;
  /** Leave out what needs a remote: whether a published library's release is there. */
  readonly offline: boolean;
  readonly apply: boolean;
}

/** One pin that moves. */
export interface Move {
  readonly library: string;
  readonly from: Release | null;
  readonly to: Release;
}

export interface PinReport {
  readonly moves: readonly Move[];
  readonly head: string;
}

/** The release that a pin is to name. */
function wantedRelease(
  manifest: Manifest,
  tags: ReadonlyMap<string, string>,
  library: string,
  version: string | undefined,
): Release {
  const releases = manifest.releases[library] ?? [];
  const release = version === undefined ? releases.at(-1) : releases.find((one) => one.version === version);
  if (release === undefined) {
    const known = releases.map((one) => one.version).join(', ');
    throw known === ''
      ? new Stop(`${library} has no release`, `run "npm run umbrella -- release ${library} --first 0.1.0 --yes"`)
      : new Stop(`${library} has no release ${version}`, `name one of these: ${known}`);
  }
  const state = tagState(tags, release);
  if (state === 'missing') {
    throw new Stop(`the tag ${release.tag} is missing in this clone`, 'run "npm run umbrella -- tags --yes"');
  }
  if (state === 'elsewhere') {
    const next = `run "git tag -d ${release.tag}", then "npm run umbrella -- tags --yes"`;
    throw new Stop(`the tag ${release.tag} names another commit than ${MANIFEST} records`, next);
  }
  return release;
}

/** Stops when a library has a remote of its own that lacks the release: clones could not check the pin out. */
async function requirePushed(git: Git, url: string, release: Release): Promise<void> {
  // The umbrella's own remote gets the release with the branch, since its history is joined to it.
  if (url === OWN_REMOTE) return;
  const remote = resolveUrl((await ownRemote(git)) ?? git.folder, url);
  const ref = `refs/tags/${release.tag}`;
  const refs = await remoteRefs(git, remote, ref, `${ref}^{}`).catch((error) => {
    const next = 'try again when it answers, or skip this question with --offline';
    throw new Stop(`${remote} does not say whether ${release.tag} is there: ${remoteFailure(error)}`, next);
  });
  const there = refs.get(ref);
  if (there === release.commit) return;
  const problem = there === undefined ? `lacks ${release.tag}` : `has ${release.tag} on ${there.slice(0, 12)}`;
  throw new Stop(`${remote} ${problem}`, 'push it with "npm run umbrella -- publish --org <organization> --yes"');
}

function message(moves: readonly Move[]): string {
  const line = ({ library, from, to }: Move): string =>
    `${library} ${from === null ? to.version : `${from.version} -> ${to.version}`}`;
  const [only] = moves;
  if (moves.length === 1 && only !== undefined) return `chore(pins): ${line(only)}\n\n${only.to.commit}\n`;
  const width = Math.max(...moves.map((move) => line(move).length));
  const lines = moves.map((move) => `${line(move).padEnd(width)}  ${move.to.commit.slice(0, 12)}`);
  return `chore(pins): move ${moves.length} pins\n\n${lines.join('\n')}\n`;
}

/** Moves pins, all in one commit, which says from where to where. No submodule needs to be checked out for it. */
export async function movePins(umbrella: Umbrella, options: PinOptions): Promise<PinReport> {
  const { git, head, libraries, manifest } = umbrella;
  await requireFullHistory(git);
  await requireBranch(git);
  await requireClean(git);
  await requireIdentity(git);
  const [tags, links, there] = [await tagCommits(git), await gitlinksAt(git, head), await urlsAt(git, head)];
  const urlOf = (library: string): string => there.get(library) ?? OWN_REMOTE;
  const moves: Move[] = [];
  for (const library of chosen(libraries, [...options.wanted.keys()])) {
    const to = wantedRelease(manifest, tags, library.name, options.wanted.get(library.name));
    const from = manifest.libraries[library.name] ?? null;
    if (from?.commit === to.commit && links.get(library.name) === to.commit) continue;
    if (!options.offline) await requirePushed(git, urlOf(library.name), to);
    moves.push({ library: library.name, from, to });
  }
  if (moves.length === 0) return { moves, head };

  using workshop = await Workshop.open(git);
  const urls = new Map<string, string>();
  const files = new Map<string, string | Entry>();
  let next = manifest;
  for (const { library, to } of moves) {
    urls.set(library, urlOf(library));
    files.set(pinPath(library), { mode: GITLINK, id: to.commit });
    next = withPin(next, library, to);
  }
  files.set(GITMODULES, await withUrls(workshop, urls));
  files.set(MANIFEST, manifestText(next));
  await workshop.commit(message(moves), files);

  const [problem, ...more] = await problemsAt(workshop.git, workshop.head, libraries);
  if (problem !== undefined) {
    const others = more.map((one) => `\n  ${one.problem}`).join('');
    throw new Stop(`these pins would not hold: ${problem.problem}${others}`, problem.next);
  }
  if (!options.apply) return { moves, head: workshop.head };
  const initialised = await initialisedPins(
    git,
    moves.map(({ library }) => library),
  );
  await workshop.deliver([]);
  if (initialised.length > 0)
    await populatePins(git, new Map(moves.map(({ library, to }) => [library, to])), initialised);
  return { moves, head: workshop.head };
}

/** Libraries whose newest release is newer than their pin, as `movePins` takes them. */
export function outdated({ libraries, manifest }: Umbrella): ReadonlyMap<string, undefined> {
  const behind = libraries.filter(({ name }) => {
    const [pin, newest] = [manifest.libraries[name], newestRelease(manifest, name)];
    return newest !== undefined && (pin === undefined || semver.gt(newest.version, pin.version));
  });
  return new Map(behind.map(({ name }) => [name, undefined]));
}
