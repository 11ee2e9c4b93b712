import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LIBRARIES, type Library } from '../scripts/libraries.ts';
import { ownFolder } from '../src/harness/owned.ts';
import { openUmbrella, type Umbrella } from '../umbrella/model/umbrella.ts';
import { Stop } from '../umbrella/stop.ts';
import { pinnedSources, treeSources, workTreeSources } from './chosen-sources.ts';
import { Npm, npmSettings, requireRegistry } from './npm.ts';
import type { Progress } from './progress.ts';
import type { Proof } from './prove-library.ts';
import { proveAlone, proveMatrix, proveTogether } from './prove-set.ts';
import { proveQuickly } from './quick.ts';
import { Registry } from './registry.ts';
import type { Source } from './sources.ts';

/** What is proven, and how. */
export interface IntegrationOptions {
  readonly root: string;
  readonly progress: Progress;
  readonly fromTree: boolean;
  readonly quick: boolean;
  readonly keep: boolean;
  readonly port: number;
  readonly only?: Library;
}

/** A fresh folder that no node_modules is above: nothing may be found there that is not installed. */
function freshFolder(keep: boolean): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tau-integration-'));
  if (!keep) ownFolder(folder);
  for (let above = dirname(folder); ; above = dirname(above)) {
    if (existsSync(join(above, 'node_modules'))) {
      throw new Stop(`${above} has a node_modules, which every folder under it sees`, 'remove it, or set TMPDIR');
    }
    if (above === dirname(above)) return folder;
  }
}

/** Proves what the options say; how it went is in the progress. Throws `Stop` before anything was done. */
export async function runIntegration(options: IntegrationOptions): Promise<void> {
  const { root, progress, fromTree, quick, keep, port } = options;
  const umbrella = await openUmbrella(root);
  const sources = quick
    ? await workTreeSources(umbrella)
    : await (fromTree ? treeSources(umbrella, progress) : pinnedSources(umbrella));
  const upstream = await npmSettings();
  const refusal = await requireRegistry().then(
    () => undefined,
    (error: unknown) => error,
  );
  // The sample is of use without a network too: only its installation is left out.
  if (refusal !== undefined && !(quick && refusal instanceof Stop)) throw refusal;
  const folder = freshFolder(keep);
  const results = join(root, 'dev-env', 'dist', 'integration');
  mkdirSync(results, { recursive: true });
  const registry = await Registry.start({ folder, port, own: LIBRARIES, upstream });
  try {
    const proof: Proof = { npm: Npm.make(folder, registry.url, upstream.cache), progress, folder, results };
    const offline = refusal instanceof Stop ? refusal.message : undefined;
    await prove(proof, { ...options, umbrella, sources, offline });
  } finally {
    await registry.stop();
    if (!quick) writeFileSync(join(results, 'report.json'), `${JSON.stringify(progress.records, null, 2)}\n`);
    if (keep) progress.note(`kept: ${folder}`);
  }
}

/** What is to be proven, once everything is there for it. */
interface Task extends IntegrationOptions {
  readonly umbrella: Umbrella;
  readonly sources: readonly Source[];
  /** Why nothing can be had from the registry of the user's npm. */
  readonly offline: string | undefined;
}

async function prove(proof: Proof, { quick, fromTree, only, umbrella, sources, offline }: Task): Promise<void> {
  const { progress } = proof;
  if (quick) return proveQuickly(proof, sources, { only, offline });
  const published = await proveAlone(proof, sources, only);
  if (only !== undefined) {
    progress.leaveOut('together', 'all', `one library was asked for, with --only ${only}`);
    return undefined;
  }
  if (published.size < sources.length) {
    progress.leaveOut('together', 'all', 'NOT TRIED: not every library could be published');
    return undefined;
  }
  await proveTogether(proof, sources);
  if (!fromTree) return proveMatrix(proof, umbrella, new Map(sources.map((source) => [source.library, source])));
  progress.leaveOut(
    'matrix',
    'all',
    'with --from-tree everything is the newest commit: there are no pins to mix it with',
  );
  return undefined;
}
