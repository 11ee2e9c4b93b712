import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Library } from '../scripts/libraries.ts';
import type { Umbrella } from '../umbrella/model/umbrella.ts';
import type { Material } from './bill-of-materials.ts';
import { licenceReport } from './licence-report.ts';
import { matrixRows, type PinnedSet, type Row } from './matrix.ts';
import { hold } from './progress.ts';
import { folderName, type Proof, proveLibrary, publishOnly } from './prove-library.ts';
import { demoScenario, killsScenario } from './scenarios.ts';
import type { Source } from './sources.ts';
import {
  copyProblems,
  declarationProblems,
  doorsOf,
  importProblems,
  installStranger,
  packageCount,
  type Stranger,
} from './stranger.ts';

/**
 * Proves libraries alone, in an order in which each comes after those that it needs. With `only`, the others are
 * published as far as that one needs them.
 *
 * @returns the libraries that can be installed from the registry.
 */
export async function proveAlone(
  proof: Proof,
  sources: readonly Source[],
  only: Library | undefined,
): Promise<ReadonlySet<Library>> {
  const published = new Set<Library>();
  const brought = new Map<Library, readonly Material[]>();
  const needed = only === undefined ? undefined : neededBy(sources, only);
  for (const source of sources) {
    const { library } = source;
    if (needed?.has(library) === false) continue;
    const missing = [...source.ranges.keys()].filter((other) => !published.has(other));
    if (missing.length > 0) {
      proof.progress.leaveOut(library, 'all', `NOT TRIED: ${missing.join(' and ')} could not be published`);
    } else if (only === undefined || only === library) {
      const proven = await proveLibrary(proof, source);
      brought.set(library, proven.materials);
      if (proven.published) published.add(library);
    } else if (await publishOnly(proof, source, { subject: library, tag: 'latest' })) {
      published.add(library);
    }
  }
  if (only === undefined) writeFileSync(join(proof.results, 'licences.md'), licenceReport(brought));
  return published;
}

/** A library and all that it needs, however far away. */
function neededBy(sources: readonly Source[], library: Library): ReadonlySet<Library> {
  const own = sources.find((source) => source.library === library);
  const others = [...(own?.ranges.keys() ?? [])];
  return new Set([library, ...others.flatMap((other) => [...neededBy(sources, other)])]);
}

/** A set of libraries, and what its members bring along besides. */
interface Installation {
  readonly subject: string;
  readonly sources: readonly Source[];
  readonly brings?: readonly Source[];
}

/** Installs a set as a stranger would, each library in exactly its version. */
export function install(proof: Proof, installation: Installation): Promise<Stranger | undefined> {
  const { subject, sources, brings = [] } = installation;
  const { npm, progress, folder } = proof;
  const versions = new Map(sources.map(({ library, version }) => [library, version]));
  return progress.step(subject, 'install', async (say) => {
    const stranger = await installStranger(npm, join(folder, 'strangers', folderName(subject)), versions);
    const extra = brings.map(({ library, version }) => `${library}@${version}`);
    hold(copyProblems(stranger, versions, extra));
    say(`${packageCount(stranger.folder)} packages`);
    return stranger;
  });
}

/** Whether a stranger's program can import every door, and TypeScript understands what comes. */
export async function checkDoors({ npm, progress }: Proof, stranger: Stranger, subject: string): Promise<void> {
  await progress.step(subject, 'import', async (say) => {
    hold(await importProblems(npm, stranger));
    say(`${doorsOf(stranger).length} doors`);
  });
  await progress.step(subject, 'declarations', async (say) => {
    hold(await declarationProblems(npm, stranger));
    say('checked without skipLibCheck');
  });
}

/** The scenarios with a set of libraries as a stranger has them. */
export async function proveTogether(proof: Proof, sources: readonly Source[]): Promise<void> {
  const subject = 'together';
  const stranger = await install(proof, { subject, sources });
  if (stranger === undefined) return;
  await checkDoors(proof, stranger, subject);
  await proof.progress.step(subject, 'demo', async (say) => say(await demoScenario(proof.npm, stranger)));
  await proof.progress.step(subject, 'kills', async (say) => say(await killsScenario(stranger)));
}

/** One row: publishes what it needs, unless `published` has it, installs the set, and runs the demo. */
async function proveRow(proof: Proof, pins: PinnedSet, row: Row, published: Set<string>): Promise<void> {
  const { name: subject, variant, brings, tag, why } = row;
  const { progress, npm } = proof;
  if (variant === undefined) {
    progress.leaveOut(subject, 'demo', why);
    return;
  }
  for (const source of [...brings, variant]) {
    const id = `${source.library}@${source.version}`;
    if (published.has(id)) continue;
    if (!(await publishOnly(proof, source, { subject: id, tag }))) {
      progress.leaveOut(subject, 'demo', `NOT TRIED: ${id} could not be published`);
      return;
    }
    published.add(id);
  }
  const sources = [...new Map([...pins, [variant.library, variant]]).values()];
  const stranger = await install(proof, { subject, sources, brings });
  if (stranger !== undefined)
    await progress.step(subject, 'demo', async (say) => say(await demoScenario(npm, stranger)));
}

/** Each newest library with the others at their pins, and the previous release of each extension with the kernel. */
export async function proveMatrix(proof: Proof, umbrella: Umbrella, pins: PinnedSet): Promise<void> {
  const published = new Set([...pins.values()].map(({ library, version }) => `${library}@${version}`));
  for (const row of await matrixRows(umbrella, pins)) await proveRow(proof, pins, row, published);
}
