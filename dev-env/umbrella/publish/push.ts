import type { Git } from '../git/git.ts';
import { remoteFailure, remoteRefs } from '../git/remotes.ts';
import { Stop } from '../stop.ts';

/** Where repositories are reached by git, and with what right. */
export interface Remotes {
  /** E.g. `https://github.com`; a repository's URL is `<base>/<owner>/<repo>.git`. */
  readonly base: string;
  readonly token: string;
}

export function remoteUrl(remotes: Remotes, owner: string, repo: string): string {
  return `${remotes.base}/${owner}/${repo}.git`;
}

/** Settings that give git the token, in variables: other people on the machine can read a command's arguments. */
export function withToken(env: NodeJS.ProcessEnv, remotes: Remotes): NodeJS.ProcessEnv {
  if (!/^https?:/.test(remotes.base)) return env;
  const count = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  const basic = Buffer.from(`x-access-token:${remotes.token}`).toString('base64');
  return {
    ...env,
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: `http.${remotes.base}/.extraHeader`,
    [`GIT_CONFIG_VALUE_${count}`]: `Authorization: Basic ${basic}`,
  };
}

/** The refs of a remote; stops when it does not answer. */
export async function refsOf(git: Git, url: string, ...patterns: string[]): Promise<ReadonlyMap<string, string>> {
  return remoteRefs(git, url, ...patterns).catch((error) => {
    throw new Stop(
      `${url} does not answer: ${remoteFailure(error)}`,
      'check the network and the token, then run it again',
    );
  });
}

/** Pushes all of these refs or none; stops when the remote refuses. */
export async function pushAll(git: Git, url: string, refspecs: readonly string[], ...options: string[]): Promise<void> {
  try {
    await git.run(
      'push',
      '--quiet',
      '--no-verify',
      '--no-recurse-submodules',
      '--atomic',
      ...options,
      url,
      ...refspecs,
    );
  } catch (error) {
    const next = 'see what it asks for, then run the same command again: it goes on where it was';
    throw new Stop(`${url} refused the push: ${remoteFailure(error)}`, next);
  }
}
