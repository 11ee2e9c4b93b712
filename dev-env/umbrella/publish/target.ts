import type { Git } from '../git/git.ts';
import { ownRemote } from '../git/remotes.ts';
import { Stop } from '../stop.ts';
import type { RepositoryName } from './github.ts';
import { type Remotes, refsOf, remoteUrl } from './push.ts';

/** Where the change of the umbrella goes. */
export interface Target {
  /** The umbrella's repository in the organization. */
  readonly umbrella: RepositoryName;
  readonly url: string;
  /** Who owns the repository that takes the branch: the organization, or whoever forked the umbrella. */
  readonly headOwner: string;
  readonly headUrl: string;
}

/** The owner and the name at the end of a remote's URL. */
function namesIn(url: string): RepositoryName | undefined {
  const [, owner, repo] = /([^/:]+)\/([^/]+?)(?:\.git)?\/*$/.exec(url) ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}

/** The umbrella's repository in the organization, and where a branch for it is pushed: from a clone of a fork, the fork. */
export async function targetOf(git: Git, remotes: Remotes, org: string, name: string | undefined): Promise<Target> {
  const own = await ownRemote(git);
  const names = own === undefined ? undefined : namesIn(own);
  const umbrella = { owner: org, repo: name ?? names?.repo ?? 'tau' };
  const url = remoteUrl(remotes, umbrella.owner, umbrella.repo);
  const isFork = names !== undefined && own?.startsWith(remotes.base) === true && names.owner !== org;
  if (!isFork) return { umbrella, url, headOwner: org, headUrl: url };
  return { umbrella, url, headOwner: names.owner, headUrl: remoteUrl(remotes, names.owner, names.repo) };
}

/** Stops unless the umbrella's repository has exactly this history: a clone of it must find every pin. */
export async function requirePushed(git: Git, head: string, { url }: Target, branch: string): Promise<void> {
  const at = (await refsOf(git, url, `refs/heads/${branch}`)).get(`refs/heads/${branch}`);
  if (at === head) return;
  if (at === undefined)
    throw new Stop(`${url} has no branch ${branch}`, `run "git push ${url} HEAD:refs/heads/${branch}"`);
  if (await git.succeeds('merge-base', '--is-ancestor', at, head)) {
    const ahead = await git.run('rev-list', '--count', `${at}..${head}`);
    throw new Stop(
      `HEAD is ahead of ${branch} at ${url} by ${ahead}: what is not pushed would be missing there`,
      `run "git push ${url} HEAD:refs/heads/${branch}"`,
    );
  }
  throw new Stop(`${branch} of ${url} has commits that are not here`, `run "git pull ${url} ${branch}" first`);
}
