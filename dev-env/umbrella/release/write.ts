import semver from 'semver';
import type { Git } from '../git/git.ts';
import { type Entry, entryOf, textOf } from '../git/objects.ts';
import type { Package } from '../model/package.ts';
import { sectionOf, withSection } from './changelog.ts';
import type { Decision } from './decide.ts';

/** What a release changes in the umbrella's files. */
export interface Written {
  readonly files: ReadonlyMap<string, string | Entry>;
  /** Packages whose range of this library moved, with the new range. */
  readonly ranges: ReadonlyMap<string, string>;
  /** What the changelog says about the release. */
  readonly notes: string;
}

/** JSON as npm writes it, with its fields. */
type Json = Record<string, unknown>;

/** JSON text after a change, indented as it was. */
function edited(text: string, change: (json: Json) => void): string {
  const json = JSON.parse(text) as Json;
  change(json);
  return `${JSON.stringify(json, null, /^[ \t]+/m.exec(text)?.[0] ?? 2)}\n`;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts a range wherever a package.json, or its entry in the lock file, names a package. */
function setRange(json: Json, name: string, range: string): void {
  for (const field of Object.values(json)) if (isJson(field) && typeof field[name] === 'string') field[name] = range;
}

/** package-lock.json with the version of a package in the workspace, and the ranges in which others take it. */
function withLocked(text: string, library: Package, version: string, ranges: ReadonlyMap<string, string>): string {
  return edited(text, ({ packages }) => {
    if (!isJson(packages)) return;
    const own = packages[library.folder];
    if (isJson(own)) own['version'] = version;
    for (const [folder, range] of ranges) {
      const entry = packages[folder];
      if (isJson(entry)) setRange(entry, library.name, range);
    }
  });
}

/**
 * The files of a release: version and changelog of the library, the contract that the next one is compared with, the
 * ranges of those packages that would not take the new version, and the lock file.
 */
export async function writeRelease(
  git: Git,
  revision: string,
  release: { library: Package; packages: readonly Package[]; decision: Decision; day: string },
): Promise<Written> {
  const { library, packages, decision, day } = release;
  const { version, notes } = decision;
  const files = new Map<string, string | Entry>();
  const read = (path: string): Promise<string | undefined> => textOf(git, revision, path);

  const own = `${library.folder}/package.json`;
  files.set(
    own,
    edited((await read(own)) ?? '{}', (json) => Object.assign(json, { version })),
  );
  const changelog = `${library.folder}/CHANGELOG.md`;
  const text = withSection(await read(changelog), { library: library.name, version, day, notes });
  files.set(changelog, text);

  const contract = await entryOf(git, revision, `${library.folder}/proto/tau.binpb`);
  if (contract !== undefined) files.set(`${library.folder}/proto/released.binpb`, contract);

  const ranges = new Map<string, string>();
  for (const dependent of packages) {
    const range = dependent.ranges.get(library.name);
    if (range === undefined || semver.satisfies(version, range)) continue;
    const path = `${dependent.folder}/package.json`;
    files.set(
      path,
      edited((await read(path)) ?? '{}', (json) => setRange(json, library.name, `^${version}`)),
    );
    ranges.set(dependent.folder, `^${version}`);
  }
  const lock = await read('package-lock.json');
  if (lock !== undefined) files.set('package-lock.json', withLocked(lock, library, version, ranges));
  return { files, ranges, notes: sectionOf(text, version) };
}
