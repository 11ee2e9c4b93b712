import { type Git, GitError } from './git.ts';

/** What stands at a path of a commit's tree. */
export interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** The mode of an entry that names a commit of another history. */
export const GITLINK = '160000';

/** The full id of a commit, or undefined when there is no such commit here. */
export function commitOf(git: Git, revision: string): Promise<string | undefined> {
  return git.ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
}

/** The id of the tree of a commit, or of a folder in it. */
export function treeOf(git: Git, revision: string, folder?: string): Promise<string | undefined> {
  const name = folder === undefined ? `${revision}^{tree}` : `${revision}:${folder}`;
  return git.ask('rev-parse', '--verify', '--quiet', '--end-of-options', name);
}

/** The text of a file in a commit, or undefined when it has none. */
export async function textOf(git: Git, revision: string, path: string): Promise<string | undefined> {
  try {
    return (await git.bytes(['cat-file', 'blob', `${revision}:${path}`])).toString('utf8');
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/** The texts of several files in a commit, in one call; those that it does not have are left out. */
export async function textsOf(
  git: Git,
  revision: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = paths.map((path) => `${revision}:${path}\n`).join('');
  const answer = await git.bytes(['cat-file', '--batch'], names);
  const texts = new Map<string, string>();
  let at = 0;
  for (const path of paths) {
    const end = answer.indexOf('\n', at);
    const [, type, size] = answer.subarray(at, end).toString('utf8').split(' ');
    at = end + 1;
    if (type !== 'blob') continue;
    const length = Number(size);
    texts.set(path, answer.subarray(at, at + length).toString('utf8'));
    at += length + 1;
  }
  return texts;
}

/** What stands at a path of a commit: a file, a folder, a gitlink, or nothing. */
export async function entryOf(git: Git, revision: string, path: string): Promise<Entry | undefined> {
  const line = await git.run('ls-tree', revision, '--', path);
  const [mode, , id] = line.split(/\s+/);
  return mode === undefined || id === undefined ? undefined : { mode, id };
}

/** Those of these commits that are not part of a history; a commit that is not here is none of it either. */
export async function unreachable(git: Git, commits: readonly string[], from: string): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  // One question for all; only when its answer is not "none", each by itself.
  if ((await git.ask('rev-list', '--max-count=1', ...commits, `^${from}`)) === '') return new Set();
  const found = new Set<string>();
  for (const commit of commits) if (!(await isAncestor(git, commit, from))) found.add(commit);
  return found;
}

/** Whether every commit of `older` is one of `newer` too. False as well when one of them is not here. */
export function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  return git.succeeds('merge-base', '--is-ancestor', older, newer);
}
