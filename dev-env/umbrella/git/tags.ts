import { type Release, tagName } from '../model/manifest.ts';
import { sectionOf } from '../release/changelog.ts';
import { Stop } from '../stop.ts';
import { type Git, GitError } from './git.ts';
import { textOf } from './objects.ts';

/** With an SSH key that is not there, git makes the tag all the same, without one. */
const SIGNATURE = /^-----BEGIN (PGP|SSH|SIGNED) /m;

/** How a tag of this clone stands to the release that the manifest records. */
export type TagState = 'there' | 'missing' | 'elsewhere';

/** The commits that the tags of this clone name. */
export async function tagCommits(git: Git): Promise<ReadonlyMap<string, string>> {
  const lines = await git.run('for-each-ref', '--format=%(refname:lstrip=2) %(objectname) %(*objectname)', 'refs/tags');
  return new Map(
    lines.split('\n').map((line) => {
      const [name = '', object = '', peeled = ''] = line.split(' ');
      return [name, peeled === '' ? object : peeled];
    }),
  );
}

/** Whether a release's tag is here and names the commit of the release. */
export function tagState(tags: ReadonlyMap<string, string>, release: Release): TagState {
  const commit = tags.get(release.tag);
  if (commit === undefined) return 'missing';
  return commit === release.commit ? 'there' : 'elsewhere';
}

/** Whether tags are to be signed: a signing key is named, or signing is asked for. */
export async function signsTags(git: Git): Promise<boolean> {
  if ((await git.ask('config', '--type=bool', 'tag.gpgSign')) === 'true') return true;
  return (await git.ask('config', 'user.signingKey')) !== undefined;
}

/**
 * Makes the annotated tag of a release. All that it says is taken from the release's commit, so that a tag without a
 * signature is the same object in every clone, and clones can push it without a conflict.
 */
export async function createTag(git: Git, library: string, release: Release, signed: boolean): Promise<void> {
  const [name = '', email = '', date = ''] = (
    await git.run('log', '-1', '--format=%cn%n%ce%n%cI', release.commit)
  ).split('\n');
  const notes = sectionOf((await textOf(git, release.commit, 'CHANGELOG.md')) ?? '', release.version);
  const message = `${library} ${release.version}\n\n${notes}`;
  const env = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date };
  const args = ['tag', '--cleanup=whitespace', '--file=-', signed ? '--sign' : '--no-sign', '--annotate'];
  const tag = tagName(library, release.version);
  const unsigned = (why: string): Stop =>
    new Stop(
      `${tag} could not be signed: ${why}`,
      'name a key that is here with "git config user.signingKey", or leave tags unsigned with --no-sign',
    );
  try {
    await git.feed(message, [...args, tag, release.commit], env);
  } catch (error) {
    throw signed && error instanceof GitError ? unsigned(error.message) : error;
  }
  if (!signed || SIGNATURE.test(await git.run('cat-file', 'tag', tag))) return;
  await git.run('tag', '-d', tag);
  throw unsigned('git made no signature');
}
