import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import type { Git } from '../git/git.ts';
import { entryOf } from '../git/objects.ts';
import type { Release } from './manifest.ts';

/** A library's contract as its `generate` script compiled it: the messages and services of its proto files. */
const CONTRACT = 'proto/tau.binpb';
/** What counts as breaking: the rules that the library's own check uses. */
const RULES = JSON.stringify({ version: 'v2', breaking: { use: ['FILE'] } });

function breaks(now: string, before: string): Promise<string | undefined> {
  const buf = join(ROOT, 'node_modules', '.bin', 'buf');
  return new Promise((resolve) => {
    execFile(buf, ['breaking', now, '--against', before, '--config', RULES], (error, stdout, stderr) => {
      resolve(error === null ? undefined : `${stdout}${stderr}`.trim() || error.message);
    });
  });
}

/**
 * How the contract of a pinned release breaks the one before it; undefined when it does not, when there was none
 * before, or when the library has no contract.
 */
export async function contractProblem(
  git: Git,
  releases: readonly Release[],
  pin: Release,
): Promise<string | undefined> {
  const before = releases[releases.findIndex(({ version }) => version === pin.version) - 1];
  if (before === undefined) return undefined;
  const ids = [await entryOf(git, pin.commit, CONTRACT), await entryOf(git, before.commit, CONTRACT)].map((e) => e?.id);
  const [now, old] = ids;
  if (old === undefined || now === old) return undefined;
  if (now === undefined) return `${pin.tag} has no contract, and ${before.tag} had one`;
  const folder = mkdtempSync(join(tmpdir(), 'tau-contract-'));
  try {
    const [nowFile, oldFile] = [join(folder, 'now.binpb'), join(folder, 'before.binpb')];
    writeFileSync(nowFile, await git.bytes(['cat-file', 'blob', now]));
    writeFileSync(oldFile, await git.bytes(['cat-file', 'blob', old]));
    const said = await breaks(nowFile, oldFile);
    return said === undefined ? undefined : `the contract of ${pin.tag} breaks that of ${before.tag}:\n${said}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
