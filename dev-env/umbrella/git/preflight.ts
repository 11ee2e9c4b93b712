import { Stop } from '../stop.ts';
import type { Git } from './git.ts';

/** Whether history was cut off when this repository was cloned. */
export async function isShallow(git: Git): Promise<boolean> {
  return (await git.run('rev-parse', '--is-shallow-repository')) === 'true';
}

/** The branch that is checked out, or undefined with a detached HEAD. */
export function currentBranch(git: Git): Promise<string | undefined> {
  return git.ask('symbolic-ref', '--quiet', '--short', 'HEAD');
}

/** Paths with changes that are not committed; untracked ones too. What a submodule has checked out does not count. */
export async function dirtyPaths(git: Git): Promise<readonly string[]> {
  const status = await git.run('status', '--porcelain', '-z', '--ignore-submodules=all');
  const staged = await git.run('diff', '--cached', '--name-only', '-z', '--ignore-submodules=dirty', 'HEAD');
  const changed = status.split('\0').filter((line) => /^.. ./.test(line));
  return [...new Set([...changed.map((line) => line.slice(3)), ...staged.split('\0')])].filter((path) => path !== '');
}

/** Stops in a shallow clone: whether a commit is part of history cannot be told there. */
export async function requireFullHistory(git: Git): Promise<void> {
  if (await isShallow(git)) {
    throw new Stop('this clone is shallow: its history was cut off', 'run "git fetch --unshallow", then try again');
  }
}

/** The branch that is checked out; stops with a detached HEAD, or when another than `wanted` is. */
export async function requireBranch(git: Git, wanted?: string): Promise<string> {
  const branch = await currentBranch(git);
  if (branch === undefined) {
    throw new Stop(
      'HEAD is detached: a commit made here would belong to no branch',
      `switch to a branch first, e.g. "git switch ${wanted ?? 'main'}"`,
    );
  }
  if (wanted !== undefined && branch !== wanted) {
    throw new Stop(
      `"${branch}" is checked out, and releases are made on "${wanted}"`,
      `run "git switch ${wanted}", or name this branch with --branch ${branch}`,
    );
  }
  return branch;
}

/** Stops when something is not committed. */
export async function requireClean(git: Git): Promise<void> {
  const paths = await dirtyPaths(git);
  if (paths.length === 0) return;
  const shown = paths.slice(0, 5).join(', ') + (paths.length > 5 ? `, and ${paths.length - 5} more` : '');
  throw new Stop(`the work tree is dirty: ${shown}`, 'commit these changes or put them aside with "git stash -u"');
}

/** Stops when the branch that this one follows has commits that are not here, as far as the last fetch knows. */
export async function requireCurrent(git: Git): Promise<void> {
  const upstream = await git.ask('rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}');
  if (upstream === undefined) return;
  const behind = Number(await git.run('rev-list', '--count', `HEAD..${upstream}`));
  if (behind > 0) throw new Stop(`this branch is behind ${upstream} by ${behind}`, 'run "git pull" first');
}

/** Stops when git does not know who makes a commit. */
export async function requireIdentity(git: Git): Promise<void> {
  if (await git.succeeds('var', 'GIT_COMMITTER_IDENT')) return;
  throw new Stop(
    'git does not know who you are',
    'run "git config user.name <name>" and "git config user.email <address>"',
  );
}

/** Stops when git came without its subtree command, which some systems package apart. */
export async function requireSubtree(git: Git): Promise<void> {
  const commands = await git.run('--list-cmds=main,others');
  if (commands.split('\n').includes('subtree')) return;
  throw new Stop(
    'this git has no subtree command',
    'install it: Fedora and Alpine have it in the package "git-subtree"',
  );
}
