import { type Git, GitError } from './git.ts';

/**
 * A submodule's URL as git resolves it against its umbrella's: `./` is the umbrella's own, each `../` goes one name up.
 */
export function resolveUrl(umbrella: string, url: string): string {
  if (!url.startsWith('./') && !url.startsWith('../')) return url;
  let base = umbrella.replace(/\/+$/, '');
  let rest = url;
  let separator = '/';
  while (rest.startsWith('./') || rest.startsWith('../')) {
    if (rest.startsWith('./')) {
      rest = rest.slice(2);
      continue;
    }
    rest = rest.slice(3);
    const cut = Math.max(base.lastIndexOf('/'), base.lastIndexOf(':'));
    // git@host:name has no slash to cut at: what stands above it is the host.
    separator = base[cut] ?? '/';
    base = base.slice(0, Math.max(cut, 0));
  }
  return rest === '' ? base : `${base}${separator}${rest}`;
}

/** The remote that this repository came from, or undefined when it has none. */
export async function ownRemote(git: Git): Promise<string | undefined> {
  const branch = await git.ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  const tracked = branch === undefined ? undefined : await git.ask('config', `branch.${branch}.remote`);
  return git.ask('remote', 'get-url', tracked ?? 'origin');
}

/** The refs of a remote by their full names; of an annotated tag the commit that it names. Fails with `GitError`. */
export async function remoteRefs(git: Git, url: string, ...patterns: string[]): Promise<ReadonlyMap<string, string>> {
  const lines = (await git.run('ls-remote', url, ...patterns)).split('\n').filter((line) => line !== '');
  const refs = new Map<string, string>();
  for (const line of lines) {
    const [id = '', name = ''] = line.split('\t');
    // A peeled line comes after the line of its tag, and takes its place.
    refs.set(name.replace(/\^\{\}$/, ''), id);
  }
  return refs;
}

/** What git said when a remote did not answer as it should, in one line. */
export function remoteFailure(error: unknown): string {
  if (!(error instanceof GitError)) throw error;
  return error.message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' ');
}
