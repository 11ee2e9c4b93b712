import semver from 'semver';
import { LIBRARIES, type Library } from '../scripts/libraries.ts';
import { joinsIn } from '../umbrella/git/subtree.ts';
import type { Umbrella } from '../umbrella/model/umbrella.ts';
import { headSource, releaseSource, type Source } from './sources.ts';

/** The pinned set, by library. */
export type PinnedSet = ReadonlyMap<Library, Source>;

/** One library in another state, among the others at their pins. */
export interface Row {
  readonly name: string;
  /** The dist-tag under which its packages are published, so that they are nobody's default. */
  readonly tag: 'head' | 'previous';
  /** Undefined when there is nothing to try, and then `why` says so. */
  readonly variant: Source | undefined;
  /** Releases that the variant takes in place of what is pinned: a process brings its own libraries. */
  readonly brings: readonly Source[];
  readonly why: string;
}

/** Why a row is left out, though there would be something to try. */
class NotTried extends Error {}

/**
 * What a library takes in place of pins: of each library whose pin it does not accept, the newest release that it does.
 * Throws `NotTried` when there is none.
 */
async function broughtBy(umbrella: Umbrella, pins: PinnedSet, source: Source): Promise<readonly Source[]> {
  const { git, manifest } = umbrella;
  const found: Source[] = [];
  for (const [other, range] of source.ranges) {
    const pin = pins.get(other);
    if (pin === undefined || semver.satisfies(pin.version, range)) continue;
    const release = manifest.releases[other]?.findLast(({ version }) => semver.satisfies(version, range));
    if (release === undefined) {
      throw new NotTried(`it takes ${other} ${range}; the pin is ${pin.version}, and no release fits`);
    }
    const brought = await releaseSource(git, other, release, 'release');
    found.push(...(await broughtBy(umbrella, pins, brought)), brought);
  }
  return found;
}

/** Throws `NotTried` when another pinned library does not accept this one's version: it would bring the pin along. */
function requireAccepted(pins: PinnedSet, { library, version }: Source): void {
  for (const pin of pins.values()) {
    const range = pin.ranges.get(library);
    if (range === undefined || semver.satisfies(version, range)) continue;
    throw new NotTried(`it would be ${version}, and ${pin.library} ${pin.version} takes ${library} ${range}`);
  }
}

const BREAKING = /^\w+(\([^)]*\))?!:|^BREAKING[ -]CHANGE:/m;

/**
 * The version that the newest commit of a library stands for: the one that it names when that is newer than the pin, or
 * what a release made now would be called. A breaking change is one that the others do not claim to take.
 */
async function headVersion(umbrella: Umbrella, library: Library, pinned: string): Promise<string> {
  const { git, head, packages } = umbrella;
  const named = packages.find(({ name }) => name === library)?.version ?? pinned;
  if (semver.gt(named, pinned)) return named;
  const join = (await joinsIn(git, head)).find((one) => one.library === library);
  const range = join === undefined ? head : `${join.mainline}..${head}`;
  const messages = await git.run('log', '--format=%B%x00', range, '--', library);
  const isBreaking = messages.split('\0').some((message) => BREAKING.test(message.trim()));
  const step = !isBreaking ? 'patch' : semver.major(pinned) === 0 ? 'minor' : 'major';
  return semver.inc(pinned, step) ?? pinned;
}

/** A row of what `find` gives; undefined means that `nothing` is the reason why there is nothing to try. */
async function row(
  name: string,
  tag: Row['tag'],
  find: () => Promise<{ variant: Source; brings: readonly Source[] } | string>,
): Promise<Row> {
  try {
    const found = await find();
    if (typeof found === 'string') return { name, tag, variant: undefined, brings: [], why: found };
    return { name, tag, ...found, why: '' };
  } catch (error) {
    if (!(error instanceof NotTried)) throw error;
    return { name, tag, variant: undefined, brings: [], why: `NOT TRIED: ${error.message}` };
  }
}

/** The newest commit of a library with the others at their pins. */
function headRow(umbrella: Umbrella, pins: PinnedSet, pin: Source): Promise<Row> {
  const { library } = pin;
  return row(`${library} at HEAD`, 'head', async () => {
    const found = await headSource(umbrella, library);
    if (found.tree === pin.tree) return 'it is what is pinned';
    const variant = await headSource(umbrella, library, await headVersion(umbrella, library, pin.version));
    requireAccepted(pins, variant);
    return { variant, brings: await broughtBy(umbrella, pins, variant) };
  });
}

/** The release before the pinned one of an extension, with the kernel that is pinned. */
function previousRow(umbrella: Umbrella, pins: PinnedSet, pin: Source): Promise<Row> {
  const { library } = pin;
  return row(`${library} N-1`, 'previous', async () => {
    const releases = umbrella.manifest.releases[library] ?? [];
    const release = releases[releases.findIndex(({ version }) => version === pin.version) - 1];
    if (release === undefined) throw new NotTried(`${pin.version} is the only release so far`);
    const variant = await releaseSource(umbrella.git, library, release, 'release');
    requireAccepted(pins, variant);
    return { variant, brings: await broughtBy(umbrella, pins, variant) };
  });
}

/** Everything that is tried beside the pinned set itself. */
export async function matrixRows(umbrella: Umbrella, pins: PinnedSet): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const pinned = LIBRARIES.flatMap((library) => pins.get(library) ?? []);
  for (const pin of pinned) rows.push(await headRow(umbrella, pins, pin));
  for (const pin of pinned) if (pin.library.startsWith('tau-ext-')) rows.push(await previousRow(umbrella, pins, pin));
  return rows;
}
