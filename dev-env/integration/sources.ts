import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIBRARIES, type Library } from '../scripts/libraries.ts';
import type { Git } from '../umbrella/git/git.ts';
import { treeOf } from '../umbrella/git/objects.ts';
import type { Release } from '../umbrella/model/manifest.ts';
import { packageAt } from '../umbrella/model/package.ts';
import type { Umbrella } from '../umbrella/model/umbrella.ts';
import { Stop } from '../umbrella/stop.ts';
import { output } from './command.ts';

/** One state of one library, and how to get it without the others. */
export interface Source {
  readonly library: Library;
  /** The version under which it is published locally. */
  readonly version: string;
  /** For people: "pin 0.1.0", "HEAD 5759e3744fd8", "work tree". */
  readonly origin: string;
  /** The id of its tree, or undefined when it is not committed. */
  readonly tree: string | undefined;
  /** In which ranges it takes the other libraries. */
  readonly ranges: ReadonlyMap<Library, string>;
  /** Puts the library into an empty folder. */
  extract(folder: string): Promise<void>;
}

/** The ranges of libraries among those of all packages. */
function rangesOfLibraries(ranges: ReadonlyMap<string, string>): ReadonlyMap<Library, string> {
  return new Map(
    LIBRARIES.flatMap((library) => {
      const range = ranges.get(library);
      return range === undefined ? [] : [[library, range] as const];
    }),
  );
}

/** Gives a library's package.json another version, where it has to be published under one that it does not name. */
function setVersion(folder: string, version: string): void {
  const file = join(folder, 'package.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
  if (json.version !== version) writeFileSync(file, `${JSON.stringify({ ...json, version }, null, 2)}\n`);
}

/** A release, cloned from the umbrella by its commit: the library's own history, and nothing else. */
export async function releaseSource(git: Git, library: Library, release: Release, word: string): Promise<Source> {
  const found = await packageAt(git, release.commit).catch(() => undefined);
  if (found === undefined) {
    const problem = `the commit ${release.commit.slice(0, 12)} of ${release.tag} is not in this clone`;
    throw new Stop(problem, 'run "git fetch --tags", or "git fetch --unshallow" in a shallow clone');
  }
  return {
    library,
    version: release.version,
    origin: `${word} ${release.version}`,
    tree: release.tree,
    ranges: rangesOfLibraries(found.ranges),
    extract: async (folder) => {
      mkdirSync(folder, { recursive: true });
      const clone = git.at(folder);
      await clone.run('init', '--quiet', '--template=', '--initial-branch=main');
      await clone.run('fetch', '--quiet', '--no-tags', git.folder, release.commit);
      await clone.run('checkout', '--quiet', '-B', 'main', release.commit);
    },
  };
}

/** The library's folder in the newest commit, published under `version` or the one that its package.json names. */
export async function headSource(umbrella: Umbrella, library: Library, version?: string): Promise<Source> {
  const { git, head, packages } = umbrella;
  const found = packages.find(({ folder }) => folder === library);
  if (found === undefined) throw new Stop(`the newest commit has no ${library}/`, 'commit it first');
  const named = version ?? found.version;
  return {
    library,
    version: named,
    origin: `HEAD ${head.slice(0, 12)}`,
    tree: await treeOf(git, head, library),
    ranges: rangesOfLibraries(found.ranges),
    extract: async (folder) => {
      mkdirSync(folder, { recursive: true });
      const archive = `${folder}.tar`;
      await git.run('archive', '--format=tar', `--output=${archive}`, `${head}:${library}`);
      await output('tar', ['-xf', archive, '-C', folder], { cwd: folder, env: process.env });
      rmSync(archive);
      setVersion(folder, named);
    },
  };
}

/** The library's folder as it stands, with what was built in it: for a sample that does not build again. */
export async function workTreeSource(git: Git, library: Library): Promise<Source> {
  const from = join(git.folder, library);
  const file = join(from, 'package.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly version: string;
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  if (!existsSync(join(from, 'dist'))) throw new Stop(`${library}/ is not built`, 'run "make build"');
  return {
    library,
    version: json.version,
    origin: 'work tree',
    tree: undefined,
    ranges: rangesOfLibraries(new Map(Object.entries(json.dependencies ?? {}))),
    extract: async (folder) => {
      const listed = await git.run('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', library);
      for (const path of listed.split('\0')) {
        const source = join(git.folder, path);
        if (path === '' || !existsSync(source)) continue;
        const target = join(folder, path.slice(library.length + 1));
        mkdirSync(dirname(target), { recursive: true });
        cpSync(source, target);
      }
      // The umbrella's build leaves its stamp there.
      cpSync(join(from, 'dist'), join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.stamp') });
    },
  };
}
