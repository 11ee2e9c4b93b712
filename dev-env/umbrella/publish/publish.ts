import { problemsAt } from '../commands/verify.ts';
import { Git } from '../git/git.ts';
import { GITMODULES, urlsAt, withUrls } from '../git/gitmodules.ts';
import { requireBranch, requireFullHistory, requireIdentity } from '../git/preflight.ts';
import { tagCommits, tagState } from '../git/tags.ts';
import { Workshop } from '../git/workshop.ts';
import { allReleases } from '../model/manifest.ts';
import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';
import { Github, type Proposal } from './github.ts';
import { pushAll, type Remotes, refsOf, remoteUrl, withToken } from './push.ts';
import { librarySteps, type Publication, requireNoConflict, type Step } from './steps.ts';
import { requirePushed, type Target, targetOf } from './target.ts';

/** Where to publish. */
export interface PublishOptions {
  readonly org: string;
  readonly apiUrl: string;
  /** Where git reaches the repositories that the API creates. */
  readonly remoteBase: string;
  /** The name of the umbrella's repository; the one of this clone's remote when undefined. */
  readonly umbrella?: string | undefined;
  /** The branch of the umbrella that the pull request goes to. */
  readonly branch: string;
  readonly env: NodeJS.ProcessEnv;
  readonly apply: boolean;
}

/** A step and whether the remotes had it already. */
export interface PublishedStep {
  readonly name: string;
  readonly state: 'was there' | 'done' | 'to do';
}

export interface PublishReport {
  readonly steps: readonly PublishedStep[];
}

/** Where each pinned library's submodule lives once its repository is published. */
function publishedUrl(library: string): string {
  return `../${library}.git`;
}

/** The libraries that are pinned, with all their releases; stops when a tag that is to be pushed is not here. */
async function publications(
  { git, libraries, manifest }: Umbrella,
  remotes: Remotes,
  org: string,
): Promise<Publication[]> {
  const tags = await tagCommits(git);
  const odd = allReleases(manifest).find(({ release }) => tagState(tags, release) !== 'there');
  if (odd !== undefined) {
    const problem = `the tag ${odd.release.tag} is missing here, or not on its release`;
    throw new Stop(problem, 'run "npm run umbrella -- tags --yes"');
  }
  const pinned = libraries.filter(({ name }) => manifest.libraries[name] !== undefined);
  if (pinned.length === 0) throw new Stop('nothing is pinned', 'run "npm run umbrella -- pin --all --yes" first');
  return pinned.map((library) => ({
    library,
    releases: manifest.releases[library.name] ?? [],
    name: { owner: org, repo: library.name },
    url: remoteUrl(remotes, org, library.name),
  }));
}

/** The branch with the submodules' new URLs, and its pull request; nothing when the URLs stand in HEAD already. */
async function umbrellaSteps(
  umbrella: Umbrella,
  workshop: Workshop,
  context: { github: Github; target: Target; options: PublishOptions },
): Promise<Step[]> {
  const { git, head, manifest } = umbrella;
  const { github, target, options } = context;
  const urls = new Map<string, string>();
  const there = await urlsAt(git, head);
  for (const library of Object.keys(manifest.libraries)) {
    if (there.get(library) !== publishedUrl(library)) urls.set(library, publishedUrl(library));
  }
  if (urls.size === 0) return [];
  const title = 'chore(pins): fetch the libraries from their own repositories';
  const body = [...urls].map(([library, url]) => `${library}: ${url}`).join('\n');
  const date = await git.run('log', '-1', '--format=%cI', head);
  await workshop.commit(`${title}\n\n${body}\n`, new Map([[GITMODULES, await withUrls(workshop, urls)]]), date);
  const commit = workshop.head;
  const branch = `publish-${options.org}`;
  const ref = `refs/heads/${branch}`;
  const proposal: Proposal = { title, body, head: `${target.headOwner}:${branch}`, base: options.branch };
  const pushed = async (): Promise<string | undefined> => (await refsOf(workshop.git, target.headUrl, ref)).get(ref);
  return [
    {
      name: `${target.umbrella.repo}: branch ${branch}`,
      done: async () => (await pushed()) === commit,
      // The branch is this command's alone: what an older run left there is replaced, unless it moves meanwhile.
      run: async () => {
        const lease = `--force-with-lease=${ref}:${(await pushed()) ?? ''}`;
        await pushAll(workshop.git, target.headUrl, [`${commit}:${ref}`], lease);
      },
    },
    {
      name: `${target.umbrella.repo}: pull request`,
      done: async () => (await github.pullRequest(target.umbrella, proposal)) !== undefined,
      run: async () => {
        await github.openPullRequest(target.umbrella, proposal);
      },
    },
  ];
}

/**
 * Gives each pinned library a repository of its own, and proposes that the pins be fetched from there. All that can be
 * wrong is looked at before the first change; after an interruption, the same command goes on with what is missing.
 */
export async function publishLibraries(umbrella: Umbrella, options: PublishOptions): Promise<PublishReport> {
  const { head, libraries } = umbrella;
  const token = options.env['GITHUB_TOKEN'] ?? options.env['GH_TOKEN'] ?? '';
  if (token === '')
    throw new Stop('there is no token for GitHub', 'set GITHUB_TOKEN, e.g. GITHUB_TOKEN=$(gh auth token)');
  const remotes: Remotes = { base: options.remoteBase.replace(/\/+$/, ''), token };
  const git = new Git(umbrella.git.folder, withToken(options.env, remotes));
  await requireFullHistory(git);
  await requireBranch(git);
  await requireIdentity(git);
  const [problem] = await problemsAt(git, head, libraries);
  if (problem !== undefined) throw new Stop(`the pins do not hold: ${problem.problem}`, problem.next);
  const wanted = await publications(umbrella, remotes, options.org);

  const github = new Github(options.apiUrl.replace(/\/+$/, ''), token);
  const kind = await github.ownerKind(options.org);
  const target = await targetOf(git, remotes, options.org, options.umbrella);
  await requirePushed(git, head, target, options.branch);
  for (const publication of wanted) {
    if ((await github.looks(publication.name)) !== undefined) await requireNoConflict(git, publication);
  }

  using workshop = await Workshop.open(git);
  const steps = wanted.flatMap((publication) => librarySteps(publication, github, git, kind));
  steps.push(...(await umbrellaSteps(umbrella, workshop, { github, target, options })));
  const report: PublishedStep[] = [];
  for (const step of steps) {
    const done = await step.done();
    if (!done && options.apply) await step.run();
    report.push({ name: step.name, state: done ? 'was there' : options.apply ? 'done' : 'to do' });
  }
  return { steps: report };
}
