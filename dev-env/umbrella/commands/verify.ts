import semver from 'semver';
import type { Git } from '../git/git.ts';
import { gitlinksAt, pinPath, urlsAt } from '../git/gitmodules.ts';
import { commitOf, isAncestor, treeOf } from '../git/objects.ts';
import { requireFullHistory } from '../git/preflight.ts';
import { type Join, joinsIn } from '../git/subtree.ts';
import { tagCommits, tagState } from '../git/tags.ts';
import { contractProblem } from '../model/contract.ts';
import { MANIFEST, type Manifest, manifestAt, type Release } from '../model/manifest.ts';
import { type Package, packageAt } from '../model/package.ts';
import type { Umbrella } from '../model/umbrella.ts';

/** Something that does not hold, and the next step. */
export interface Problem {
  readonly library: string;
  readonly problem: string;
  readonly next: string;
}

/** The pins of a commit, held against each other. */
interface Pins {
  readonly git: Git;
  readonly revision: string;
  readonly manifest: Manifest;
  readonly joins: readonly Join[];
  readonly urls: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** The packages at the pins that are here. */
  readonly packages: ReadonlyMap<string, Package>;
}

const RESTORE = 'move the pin by command: "npm run umbrella -- pin <library> <version> --yes"';

/** Whether gitlink, .gitmodules and manifest say the same. */
function recordProblems(pins: Pins, library: string, pin: Release | undefined): Problem[] {
  const link = pins.links.get(library);
  const found: Problem[] = [];
  const add = (problem: string, next = RESTORE): number => found.push({ library, problem, next });
  if (pin === undefined) {
    if (link !== undefined) add(`${pinPath(library)} is a gitlink, and ${MANIFEST} does not record it`);
    return found;
  }
  if (link === undefined) add(`${pinPath(library)} is no gitlink, and ${MANIFEST} says that it is pinned`);
  else if (link !== pin.commit) {
    add(`the gitlink names ${link.slice(0, 12)}, and ${MANIFEST} names ${pin.commit.slice(0, 12)} (${pin.version})`);
  }
  if (!pins.urls.has(library)) add(`.gitmodules does not name ${pinPath(library)}`);
  const recorded = pins.manifest.releases[library]?.find(({ version }) => version === pin.version);
  if (recorded === undefined || JSON.stringify(recorded) !== JSON.stringify(pin)) {
    add(`${MANIFEST} pins ${pin.version} otherwise than it records that release`);
  }
  return found;
}

/** Whether the tag is on the pin's commit. */
function tagProblems({ tags }: Pins, library: string, pin: Release): Problem[] {
  const state = tagState(tags, pin);
  if (state === 'there') return [];
  if (state === 'missing') {
    return [{ library, problem: `the tag ${pin.tag} is missing here`, next: 'run "npm run umbrella -- tags --yes"' }];
  }
  const commit = tags.get(pin.tag)?.slice(0, 12);
  const problem = `the tag ${pin.tag} is on ${commit}, and the release is ${pin.commit.slice(0, 12)}`;
  return [{ library, problem, next: `run "git tag -d ${pin.tag}", then "npm run umbrella -- tags --yes"` }];
}

/** Whether the pinned commit is what the library's folder was at its release, and came into this history. */
async function commitProblems(pins: Pins, library: string, pin: Release): Promise<Problem[]> {
  const { git, revision } = pins;
  const found: Problem[] = [];
  const add = (problem: string, next: string): number => found.push({ library, problem, next });
  const merge = 'merge the branch that has the release, by a merge commit';
  if ((await commitOf(git, pin.commit)) === undefined) {
    add(
      `the pinned commit ${pin.commit.slice(0, 12)} is not in this clone`,
      'run "git fetch", or push it from where it was made',
    );
    return found;
  }
  if (!(await isAncestor(git, pin.commit, revision))) {
    add(`the pinned commit ${pin.commit.slice(0, 12)} is not part of this history: a clone would lack it`, merge);
  }
  const tree = await treeOf(git, pin.commit);
  if (tree !== pin.tree)
    add(`the tree of ${pin.tag} is ${tree?.slice(0, 12)}, and ${MANIFEST} records another`, RESTORE);
  const join = pins.joins.find((one) => one.split === pin.commit && one.library === library);
  if (join === undefined) add(`no commit of this history joins ${pin.tag}`, merge);
  else if ((await treeOf(git, join.mainline, library)) !== tree) {
    add(`${pin.tag} is not what ${library}/ was at its release`, 'release it again under the next version');
  }
  const version = pins.packages.get(library)?.version;
  if (version !== pin.version)
    add(`package.json at ${pin.tag} says version ${version}`, 'release it again under the next version');
  return found;
}

/** Whether the other pins are what the pinned library accepts. */
function rangeProblems({ packages }: Pins, library: string, known: ReadonlySet<string>): Problem[] {
  const pinned = packages.get(library);
  const found: Problem[] = [];
  for (const [name, range] of pinned?.ranges ?? []) {
    if (!known.has(name)) continue;
    const other = packages.get(name);
    if (other !== undefined && semver.satisfies(other.version, range)) continue;
    const is = other === undefined ? 'not pinned' : `pinned at ${other.version}`;
    found.push({
      library,
      problem: `${library} ${pinned?.version} needs ${name} ${range}, which is ${is}`,
      next: `release ${library} or ${name} so that they fit, then "npm run umbrella -- bump --yes" moves both pins`,
    });
  }
  return found;
}

/** What a commit says about its pins, and what there is of them. */
async function pinsAt(git: Git, revision: string): Promise<Pins> {
  const manifest = await manifestAt(git, revision);
  const packages = new Map<string, Package>();
  for (const [name, pin] of Object.entries(manifest.libraries)) {
    const pinned = await packageAt(git, pin.commit);
    if (pinned !== undefined) packages.set(name, pinned);
  }
  return {
    git,
    revision,
    manifest,
    packages,
    joins: await joinsIn(git, revision),
    urls: await urlsAt(git, revision),
    links: await gitlinksAt(git, revision),
    tags: await tagCommits(git),
  };
}

/** What does not hold of the pins of a commit; nothing when they may be used. */
export async function problemsAt(
  git: Git,
  revision: string,
  libraries: readonly Package[],
): Promise<readonly Problem[]> {
  const pins = await pinsAt(git, revision);
  const { manifest } = pins;
  const names = new Set([...libraries.map((library) => library.name), ...Object.keys(manifest.libraries)]);
  const found: Problem[] = [];
  for (const name of names) {
    const pin = manifest.libraries[name];
    found.push(...recordProblems(pins, name, pin));
    if (pin === undefined) continue;
    found.push(...tagProblems(pins, name, pin), ...(await commitProblems(pins, name, pin)));
    found.push(...rangeProblems(pins, name, names));
    const problem = await contractProblem(git, manifest.releases[name] ?? [], pin);
    if (problem !== undefined) {
      found.push({ library: name, problem, next: 'keep what the last release had: add, never change' });
    }
  }
  return found;
}

/** What was verified. */
export interface VerifyReport {
  readonly pins: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Holds the pins of HEAD against manifest, tags, history, each other and the contract. */
export async function verifyPins({ git, head, libraries, manifest }: Umbrella): Promise<VerifyReport> {
  await requireFullHistory(git);
  const pins = Object.fromEntries(Object.entries(manifest.libraries).map(([name, pin]) => [name, pin.version]));
  return { pins, problems: await problemsAt(git, head, libraries) };
}
