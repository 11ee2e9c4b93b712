import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Npm } from './npm.ts';
import type { Source } from './sources.ts';

/** A package as npm would send it to a registry. */
export interface Tarball {
  readonly path: string;
  readonly bytes: number;
  /** Paths of the files in it. */
  readonly files: readonly string[];
}

const PACKED = z
  .array(z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }))
  .length(1);

/** What a package may have: what was built, the contract, and the documents of its users. */
const ALLOWED: readonly RegExp[] = [
  /^package\.json$/,
  /^(README|ARCHITECTURE|CHANGELOG|THIRD-PARTY)\.md$/,
  /^LICENSE$/,
  /^dist\/[^.][\w./-]*\.(js|js\.map|d\.ts)$/,
  /^proto\/[\w/]+\.proto$/,
  /^proto\/\w+\.binpb$/,
];
/** What is never for users, even where it would be allowed. */
const FORBIDDEN = /\.(test|spec)\.|(^|\/)(test|tests|fixtures|node_modules)\//;
/** What each package must have. */
const REQUIRED = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Packs a built library. */
export async function pack(npm: Npm, folder: string, into: string): Promise<Tarball> {
  const text = await npm.run(folder, 'pack', '--json', '--pack-destination', into);
  const [packed] = PACKED.parse(JSON.parse(text));
  if (packed === undefined) throw new Error('npm packed nothing');
  return { path: join(into, packed.filename), bytes: packed.size, files: packed.files.map(({ path }) => path) };
}

/** What should not be in a package, or is missing there. `declared` are the entries of package.json's "files". */
export function fileProblems(files: readonly string[], declared: readonly string[]): readonly string[] {
  const stray = files.filter((path) => FORBIDDEN.test(path) || !ALLOWED.some((pattern) => pattern.test(path)));
  const missing = REQUIRED.filter((path) => !files.includes(path));
  const empty = declared.filter(
    (entry) => !entry.startsWith('!') && !files.some((path) => path === entry || path.startsWith(`${entry}/`)),
  );
  return [
    ...stray.map((path) => `${path} is no file for users`),
    ...missing.map((path) => `${path} is missing`),
    ...empty.filter((entry) => !missing.includes(entry)).map((entry) => `"files" names ${entry}, which is not there`),
  ];
}

const MANIFEST = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().optional(),
  description: z.string().optional(),
  license: z.string().optional(),
  type: z.string().optional(),
  engines: z.record(z.string(), z.string()).optional(),
  files: z.array(z.string()).optional(),
  exports: z.record(z.string(), z.unknown()).optional(),
  bin: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
});

/** The part of a package.json that is read here. */
export type PackageManifest = z.infer<typeof MANIFEST>;

export function readManifest(folder: string): PackageManifest {
  return MANIFEST.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

/** What a package.json lacks for strangers. */
export function manifestProblems(
  manifest: PackageManifest,
  source: Pick<Source, 'library' | 'version'>,
): readonly string[] {
  const { name, version, description, license, type, engines, files, exports, dependencies } = manifest;
  const wrong: [boolean, string][] = [
    [name !== source.library, `its name is "${name}"`],
    [version !== source.version, `its version is ${version}, expected ${source.version}`],
    [manifest.private === true, 'it is private'],
    [(description ?? '') === '', 'it has no description'],
    [license !== 'Apache-2.0', `its licence is "${license ?? ''}"`],
    [type !== 'module', 'its "type" is not "module"'],
    [engines?.['node'] === undefined, '"engines" names no Node'],
    [files === undefined, 'it has no "files"'],
    [exports?.['.'] === undefined, 'it exports nothing'],
  ];
  const foreign = Object.entries(dependencies ?? {})
    .filter(([, range]) => /^(file|link|workspace|git|https?)[:+]/.test(range))
    .map(([dependency, range]) => `it takes ${dependency} from "${range}"`);
  return [...wrong.filter(([is]) => is).map(([, problem]) => `package.json: ${problem}`), ...foreign];
}
