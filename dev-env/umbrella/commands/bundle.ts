import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pinPath } from '../git/gitmodules.ts';
import { commitOf } from '../git/objects.ts';
import { Workshop } from '../git/workshop.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';

/** Where to put the archive. */
export interface BundleOptions {
  /** Its path, from the folder in which the command runs; named after the commit when undefined. */
  readonly output?: string | undefined;
  readonly folder: string;
  readonly apply: boolean;
}

export interface BundleReport {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the archive before it was compressed, which another version of zlib may do otherwise. */
  readonly tarSha256: string;
  readonly pins: Readonly<Record<string, string>>;
}

/** Nobody in particular: who makes an archive, and when, must not show in it. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'TAU',
  GIT_AUTHOR_EMAIL: 'tau',
  GIT_COMMITTER_NAME: 'TAU',
  GIT_COMMITTER_EMAIL: 'tau',
};

/**
 * Makes an archive of HEAD with each pinned library's files at its pin, where an ordinary source archive has an empty
 * folder. The same commit gives the same bytes: the archive is made of one tree, with the time of the commit.
 */
export async function bundleSources(umbrella: Umbrella, options: BundleOptions): Promise<BundleReport> {
  const { git, head, manifest } = umbrella;
  const name = `tau-${head.slice(0, 12)}`;
  const file = join(options.folder, options.output ?? `${name}.tar.gz`);
  if (existsSync(file)) throw new Stop(`${file} exists already`, 'remove it, or name another with --output');
  using workshop = await Workshop.open(git);
  await workshop.git.run('read-tree', head);
  for (const [library, pin] of Object.entries(manifest.libraries)) {
    if ((await commitOf(git, pin.commit)) === undefined) {
      throw new Stop(
        `the pin of ${library} (${pin.commit.slice(0, 12)}) is not in this clone`,
        'run "git fetch --unshallow" in a shallow clone, "git fetch" in another',
      );
    }
    await workshop.git.run('update-index', '--force-remove', '--', pinPath(library));
    await workshop.git.run('read-tree', `--prefix=${pinPath(library)}/`, pin.commit);
  }
  const tree = await workshop.git.run('write-tree');
  const date = await git.run('log', '-1', '--format=%ct +0000', head);
  const env = { ...NOBODY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const commit = await workshop.git.feed(`${head}\n`, ['commit-tree', '--no-gpg-sign', tree], env);
  const settings = ['-c', 'tar.umask=0022', '-c', 'core.autocrlf=false', '-c', 'core.attributesFile='];
  const tar = await workshop.git.bytes([...settings, 'archive', '--format=tar', `--prefix=${name}/`, commit]);
  const archive = gzipSync(tar, { level: 9 });
  if (options.apply) writeFileSync(file, archive);
  const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const pins = Object.fromEntries(Object.entries(manifest.libraries).map(([library, pin]) => [library, pin.version]));
  return { file, bytes: archive.length, sha256: sha256(archive), tarSha256: sha256(tar), pins };
}
