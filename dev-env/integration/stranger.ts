import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES, type Library, ROOT } from '../scripts/libraries.ts';
import { command } from './command.ts';
import type { Npm } from './npm.ts';
import { readManifest } from './package-files.ts';

/** A folder of someone who has never heard of the umbrella, with the libraries installed from the registry. */
export interface Stranger {
  readonly folder: string;
  /** The folder in which the libraries are. */
  readonly modules: string;
  readonly libraries: readonly Library[];
}

/** Installs libraries, each in exactly this version, into a fresh folder. */
export async function installStranger(
  npm: Npm,
  folder: string,
  versions: ReadonlyMap<Library, string>,
): Promise<Stranger> {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'stranger', private: true, type: 'module', dependencies: Object.fromEntries(versions) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await npm.run(folder, 'install');
  return { folder, modules: join(folder, 'node_modules'), libraries: [...versions.keys()] };
}

/** How many packages there are in a folder that npm installed. */
export function packageCount(folder: string): number {
  const text = readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8');
  return Object.keys((JSON.parse(text) as { packages: object }).packages).length;
}

/**
 * Libraries that came in another version than asked for, or once more: the set would not be what it says it is.
 *
 * @param brought copies besides that one of the libraries is known to bring along, e.g. "tau-core@0.1.3".
 */
export function copyProblems(
  stranger: Stranger,
  versions: ReadonlyMap<Library, string>,
  brought: readonly string[] = [],
): readonly string[] {
  const found = globSync(`**/node_modules/{${LIBRARIES.join(',')}}/package.json`, { cwd: stranger.folder });
  const copies = found.sort().map((file) => {
    const { name, version } = JSON.parse(readFileSync(join(stranger.folder, file), 'utf8')) as Record<string, string>;
    return { file, isTop: file === join('node_modules', name ?? '', 'package.json'), id: `${name}@${version}` };
  });
  const wanted = new Set([...versions].map(([library, version]) => `${library}@${version}`));
  const top = new Set(copies.filter(({ isTop }) => isTop).map(({ id }) => id));
  return [
    ...[...wanted].filter((id) => !top.has(id)).map((id) => `${id} is not what was installed`),
    ...copies
      .filter(({ isTop, id }) => !(isTop ? wanted.has(id) : brought.includes(id)))
      .map(({ file, id }) => `${id} came as well, at ${file}`),
  ];
}

/** The doors of the installed libraries, as one writes them in an import. */
export function doorsOf({ modules, libraries }: Stranger): readonly string[] {
  return libraries.flatMap((library) =>
    Object.keys(readManifest(join(modules, library)).exports ?? {})
      .filter((door) => door !== './package.json')
      .map((door) => `${library}${door.slice(1)}`),
  );
}

/** Packages that an installed library can do without. */
function optionalPeers({ modules, libraries }: Stranger): readonly string[] {
  return libraries.flatMap((library) =>
    Object.entries(readManifest(join(modules, library)).peerDependenciesMeta ?? {})
      .filter(([, { optional }]) => optional === true)
      .map(([name]) => name),
  );
}

/**
 * Doors that cannot be imported, or through which nothing comes. One that only lacks an optional peer is fine: who wants
 * to go through that door, e.g. of the test world, has the peer.
 */
export async function importProblems(npm: Npm, stranger: Stranger): Promise<readonly string[]> {
  const file = join(stranger.folder, 'doors.mjs');
  const optional = optionalPeers(stranger).map((name) => `Cannot find package '${name}'`);
  writeFileSync(
    file,
    `const problems = [];
const optional = ${JSON.stringify(optional)};
for (const door of ${JSON.stringify(doorsOf(stranger))}) {
  try {
    if (Object.keys(await import(door)).length === 0) problems.push(\`\${door}: nothing is exported\`);
  } catch (error) {
    if (!optional.some((text) => error.message.startsWith(text))) problems.push(\`\${door}: \${error.message}\`);
  }
}
console.log(JSON.stringify(problems));
`,
  );
  return JSON.parse(await npm.node(stranger.folder, file)) as readonly string[];
}

/**
 * What the strictest TypeScript says about the libraries' declarations when a program imports every door. Declarations
 * of others are not looked at.
 */
export async function declarationProblems(npm: Npm, stranger: Stranger): Promise<readonly string[]> {
  const lines = doorsOf(stranger).map((door, index) => `export * as door${index} from '${door}';`);
  writeFileSync(join(stranger.folder, 'doors.ts'), `${lines.join('\n')}\n`);
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    // As every program for Node has it.
    types: ['node'],
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(stranger.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['doors.ts'] }));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const checked = await command(process.execPath, [tsc, '--pretty', 'false'], { cwd: stranger.folder, env: npm.env });
  const mine = new RegExp(`^(doors\\.ts|node_modules/(${LIBRARIES.join('|')})/)|^error`);
  return checked.stdout.split('\n').filter((line) => mine.test(line));
}
