import type { Git } from '../git/git.ts';
import { textOf, textsOf } from '../git/objects.ts';
import { Stop } from '../stop.ts';

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** The part of a package.json that is read here. */
interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly keywords?: readonly string[];
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace, as its package.json describes it. */
export interface Package {
  /** Its folder in the umbrella. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** What npm never publishes, e.g. the harness, is no library. */
  readonly isPrivate: boolean;
  /** The ranges in which it accepts other packages, by their name. */
  readonly ranges: ReadonlyMap<string, string>;
}

function parse(path: string, text: string): PackageJson {
  try {
    return JSON.parse(text) as PackageJson;
  } catch {
    throw new Stop(`${path} is not JSON`, 'mend it, and commit that');
  }
}

function packageOf(folder: string, json: PackageJson): Package {
  return {
    folder,
    name: json.name ?? '',
    version: json.version ?? '',
    description: json.description ?? '',
    keywords: json.keywords ?? [],
    isPrivate: json.private === true,
    ranges: new Map(DEPENDENCY_FIELDS.flatMap((field) => Object.entries(json[field] ?? {}))),
  };
}

/** The package at the top of a commit: of a library's own history. Undefined when there is no such package or commit. */
export async function packageAt(git: Git, revision: string): Promise<Package | undefined> {
  const text = await textOf(git, revision, 'package.json');
  return text === undefined ? undefined : packageOf('', parse('package.json', text));
}

/** The packages of the umbrella's workspace, in the order in which the root's package.json names them. */
export async function packagesAt(git: Git, revision: string): Promise<readonly Package[]> {
  const root = await textOf(git, revision, 'package.json');
  const { workspaces } = root === undefined ? {} : parse('package.json', root);
  if (workspaces === undefined) {
    throw new Stop('this is no umbrella: its package.json names no workspaces', 'run the command in a clone of TAU');
  }
  const texts = await textsOf(
    git,
    revision,
    workspaces.map((folder) => `${folder}/package.json`),
  );
  return [...texts].map(([path, text]) => packageOf(path.slice(0, path.lastIndexOf('/')), parse(path, text)));
}

/** The libraries among packages, each after those that it needs. */
export function librariesOf(packages: readonly Package[]): readonly Package[] {
  const libraries = packages.filter((one) => !one.isPrivate);
  const ordered: Package[] = [];
  const visit = (library: Package): void => {
    if (ordered.includes(library)) return;
    for (const other of libraries) if (other !== library && library.ranges.has(other.name)) visit(other);
    ordered.push(library);
  };
  for (const library of libraries) visit(library);
  return ordered;
}

/** The libraries with these names, in the order of `libraries`; stops at a name that none has. */
export function chosen(libraries: readonly Package[], names: readonly string[]): readonly Package[] {
  for (const name of names) {
    if (libraries.some((library) => library.name === name)) continue;
    const known = libraries.map((library) => library.name).join(', ');
    throw new Stop(`there is no library "${name}"`, `name one of these: ${known}`);
  }
  return libraries.filter((library) => names.includes(library.name));
}
