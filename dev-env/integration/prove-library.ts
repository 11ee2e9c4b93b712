import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, licenceProblems, type Material, materials } from './bill-of-materials.ts';
import { publintProblems, typeProblems } from './esm-types.ts';
import type { Npm } from './npm.ts';
import { fileProblems, manifestProblems, pack, readManifest, type Tarball } from './package-files.ts';
import { hold, type Progress } from './progress.ts';
import type { Source } from './sources.ts';
import { packageCount } from './stranger.ts';

/** Where libraries are proven, and with what. */
export interface Proof {
  readonly npm: Npm;
  readonly progress: Progress;
  /** Temporary: each library gets a folder of its own in it. */
  readonly folder: string;
  /** Where what is generated goes: the bills of materials. */
  readonly results: string;
}

/** A library that stands alone in a folder. */
interface Alone {
  /** How it is called in the report. */
  readonly subject: string;
  readonly source: Source;
  readonly folder: string;
}

/** A file name made of a subject's words. */
export function folderName(subject: string): string {
  return subject.replaceAll(/[^\w.-]+/g, '-');
}

/** Gets a library into a folder in which nothing else is. */
export function takeOut({ folder, progress }: Proof, source: Source, subject: string): Promise<Alone | undefined> {
  return progress.step(subject, 'take out', async (say) => {
    // The last part is the library's name: npm takes the name in a bill of materials from there.
    const alone = join(folder, 'alone', folderName(subject), source.library);
    mkdirSync(alone, { recursive: true });
    await source.extract(alone);
    say(source.origin);
    return { subject, source, folder: alone };
  });
}

/** Installs from the registry as a stranger would, and builds. */
async function build({ npm, progress }: Proof, { subject, folder }: Alone): Promise<boolean> {
  const installed = await progress.step(subject, 'install', async (say) => {
    await npm.run(folder, 'install');
    say(`${packageCount(folder)} packages`);
    return true;
  });
  if (installed === undefined) return false;
  return (await progress.step(subject, 'build', () => npm.run(folder, 'run', 'build'))) !== undefined;
}

/** Packs what was built. */
export function packAlone({ npm, progress, folder }: Proof, alone: Alone): Promise<Tarball | undefined> {
  return progress.step(alone.subject, 'pack', async (say) => {
    const into = join(folder, 'packages', folderName(alone.subject));
    mkdirSync(into, { recursive: true });
    const packed = await pack(npm, alone.folder, into);
    say(`${packed.files.length} files, ${Math.round(packed.bytes / 1024)} kB`);
    return packed;
  });
}

/** Publishes a package to the local registry under a dist-tag. */
export async function publish(proof: Proof, alone: Alone, what: { tarball: Tarball; tag: string }): Promise<boolean> {
  const done = await proof.progress.step(alone.subject, 'publish', async (say) => {
    await proof.npm.run(alone.folder, 'publish', what.tarball.path, '--tag', what.tag);
    say(`${alone.source.library}@${alone.source.version}`);
    return true;
  });
  return done === true;
}

/** What can be said of a package from its tarball alone. */
export async function checkPackage({ progress }: Proof, alone: Alone, tarball: Tarball): Promise<void> {
  const { subject, source, folder } = alone;
  const manifest = readManifest(folder);
  await progress.step(subject, 'files', async (say) => {
    hold([...manifestProblems(manifest, source), ...fileProblems(tarball.files, manifest.files ?? [])]);
    say('package.json is fit, no stray file');
  });
  await progress.step(subject, 'publint', async () => hold(await publintProblems(tarball)));
  await progress.step(subject, 'types', async (say) => {
    hold(await typeProblems(tarball));
    say(`${Object.keys(manifest.exports ?? {}).length} doors resolve for ESM`);
  });
}

/** Writes the bill of materials, and looks at the licences in it. */
async function checkMaterials({ npm, progress, results }: Proof, alone: Alone): Promise<readonly Material[]> {
  const { subject, source, folder } = alone;
  let found: readonly Material[] = [];
  await progress.step(subject, 'licences', async (say) => {
    const bill = await billOfMaterials(npm, folder);
    found = materials(bill);
    writeFileSync(join(results, `${source.library}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
    hold(licenceProblems(bill, folder, readManifest(folder)));
    say(`${found.length} packages, all permissive; CycloneDX ${bill.specVersion}`);
  });
  return found;
}

/** The line of vitest's summary that counts the tests. */
function testCount(output: string): string {
  return /^\s*Tests\s+(.*)$/m.exec(output)?.[1]?.trim() ?? '';
}

/** What came of a library: whether others can install it, and what it brings along. */
export interface Proven {
  readonly published: boolean;
  readonly materials: readonly Material[];
}

/** Everything that a library must do alone. Its dependencies on other libraries come from the registry. */
export async function proveLibrary(proof: Proof, source: Source): Promise<Proven> {
  const { npm, progress } = proof;
  const subject = source.library;
  const alone = await takeOut(proof, source, subject);
  if (alone === undefined || !(await build(proof, alone))) return { published: false, materials: [] };
  await progress.step(subject, 'typecheck', () => npm.run(alone.folder, 'run', '--if-present', 'typecheck'));
  await progress.step(subject, 'test', async (say) => say(testCount(await npm.run(alone.folder, 'test'))));
  const tarball = await packAlone(proof, alone);
  if (tarball === undefined) return { published: false, materials: [] };
  await checkPackage(proof, alone, tarball);
  const published = await publish(proof, alone, { tarball, tag: 'latest' });
  const found = await checkMaterials(proof, alone);
  dropModules(alone);
  return { published, materials: found };
}

/** Builds and publishes a library without proving it: because another needs it, or as a variant of a pinned one. */
export async function publishOnly(
  proof: Proof,
  source: Source,
  options: { subject: string; tag: string },
): Promise<boolean> {
  const alone = await takeOut(proof, source, options.subject);
  if (alone === undefined || !(await build(proof, alone))) return false;
  const tarball = await packAlone(proof, alone);
  const done = tarball !== undefined && (await publish(proof, alone, { tarball, tag: options.tag }));
  dropModules(alone);
  return done;
}

/** A tool chain weighs hundreds of megabytes, and nobody needs it again. */
function dropModules({ folder }: Alone): void {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
}
