import { commitOf } from '../git/objects.ts';
import { createTag, type TagState, tagCommits, tagState } from '../git/tags.ts';
import { allReleases, MANIFEST } from '../model/manifest.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';

/** One tag that the manifest records. */
export interface RecordedTag {
  readonly library: string;
  readonly tag: string;
  readonly commit: string;
  readonly state: TagState;
}

export interface TagsReport {
  readonly tags: readonly RecordedTag[];
}

/**
 * Makes the tags that the manifest records and this clone lacks. Stops, with all of them named, when one is on another
 * commit, or when the commit of one is not here.
 */
export async function recreateTags({ git, manifest }: Umbrella, apply: boolean): Promise<TagsReport> {
  const there = await tagCommits(git);
  const releases = allReleases(manifest);
  const tags = releases.map(({ library, release }) => {
    return { library, tag: release.tag, commit: release.commit, state: tagState(there, release) };
  });
  const elsewhere = tags.filter(({ state }) => state === 'elsewhere').map(({ tag }) => tag);
  if (elsewhere.length > 0) {
    throw new Stop(
      `on another commit than ${MANIFEST} records: ${elsewhere.join(', ')}`,
      `run "git tag -d ${elsewhere.join(' ')}", then this command again`,
    );
  }
  const missing = releases.filter((_, index) => tags[index]?.state === 'missing');
  for (const { release } of missing) {
    if ((await commitOf(git, release.commit)) !== undefined) continue;
    throw new Stop(
      `${release.tag} belongs on ${release.commit.slice(0, 12)}, which is not in this clone`,
      'run "git fetch --unshallow" in a shallow clone, "git fetch" in another',
    );
  }
  if (apply) for (const { library, release } of missing) await createTag(git, library, release, false);
  return { tags };
}
