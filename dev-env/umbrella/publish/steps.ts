import type { Git } from '../git/git.ts';
import { isAncestor } from '../git/objects.ts';
import type { Release } from '../model/manifest.ts';
import type { Package } from '../model/package.ts';
import { Stop } from '../stop.ts';
import type { Github, RepositoryName } from './github.ts';
import { pushAll, refsOf } from './push.ts';
import { LABELS, topicsOf } from './settings.ts';

/** One thing that the remotes are to have. Whether they have it is asked of them, so a step may run at any time. */
export interface Step {
  readonly name: string;
  done(): Promise<boolean>;
  run(): Promise<void>;
}

/** One library on its way to a repository of its own. */
export interface Publication {
  readonly library: Package;
  readonly releases: readonly Release[];
  readonly name: RepositoryName;
  readonly url: string;
}

/** The branch of a library's repository: its history up to the newest release. */
export const BRANCH = 'main';

function newest({ releases, library }: Publication): Release {
  const release = releases.at(-1);
  if (release === undefined) throw new Stop(`${library.name} has no release`, 'release it first, or leave it out');
  return release;
}

/** Stops when a library's repository has what this umbrella does not know: nothing may be overwritten there. */
export async function requireNoConflict(git: Git, publication: Publication): Promise<void> {
  const { url, releases, library } = publication;
  const refs = await refsOf(git, url, `refs/heads/${BRANCH}`, `refs/tags/${library.name}@v*`);
  for (const release of releases) {
    const there = refs.get(`refs/tags/${release.tag}`);
    if (there === undefined || there === release.commit) continue;
    throw new Stop(
      `${url} has ${release.tag} on ${there.slice(0, 12)}, and its release is ${release.commit.slice(0, 12)}`,
      'find out who moved it; a tag that people may have fetched is never moved again: release the next version',
    );
  }
  const main = refs.get(`refs/heads/${BRANCH}`);
  if (main === undefined || (await isAncestor(git, main, newest(publication).commit))) return;
  throw new Stop(
    `${BRANCH} of ${url} (${main.slice(0, 12)}) is not part of ${library.name}'s history here`,
    `bring it in with "git subtree pull --prefix=${library.folder} ${url} ${BRANCH}", then release ${library.name}`,
  );
}

/** What publishes one library, in order. */
export function librarySteps(
  publication: Publication,
  github: Github,
  git: Git,
  kind: 'organization' | 'user',
): Step[] {
  const { library, name, url, releases } = publication;
  const release = newest(publication);
  const { description } = library;
  const topics = topicsOf(library);
  const refs = new Map([[`refs/heads/${BRANCH}`, release.commit]]);
  for (const one of releases) refs.set(`refs/tags/${one.tag}`, one.commit);
  const missingLabels = async () => {
    const there = await github.labels(name);
    return LABELS.filter((label) => !there.has(label.name));
  };
  const missingRefs = async () => {
    const there = await refsOf(git, url);
    return [...refs].filter(([ref, commit]) => there.get(ref) !== commit);
  };
  const step = (what: string, done: Step['done'], run: Step['run']): Step => ({
    name: `${name.repo}: ${what}`,
    done,
    run,
  });
  return [
    step(
      'repository',
      async () => (await github.looks(name)) !== undefined,
      () => github.create(name, kind, description),
    ),
    step(
      'description',
      async () => (await github.looks(name))?.description === description,
      () => github.describe(name, description),
    ),
    step(
      'topics',
      async () => {
        const there = (await github.looks(name))?.topics ?? [];
        return topics.every((topic) => there.includes(topic));
      },
      async () => {
        const there = (await github.looks(name))?.topics ?? [];
        await github.setTopics(name, [...new Set([...there, ...topics])]);
      },
    ),
    step(
      'labels',
      async () => (await missingLabels()).length === 0,
      async () => {
        for (const label of await missingLabels()) await github.createLabel(name, label);
      },
    ),
    step(
      'history and tags',
      async () => (await github.looks(name)) !== undefined && (await missingRefs()).length === 0,
      async () => {
        const missing = await missingRefs();
        await pushAll(
          git,
          url,
          missing.map(([ref, commit]) => `${ref.startsWith('refs/tags/') ? ref : commit}:${ref}`),
        );
      },
    ),
    step(
      'branch rules',
      () => github.isProtected(name, BRANCH),
      () => github.protect(name, BRANCH),
    ),
  ];
}
