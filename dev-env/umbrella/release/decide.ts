import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import createPreset from 'conventional-changelog-conventionalcommits';
import semanticRelease, { type Options } from 'semantic-release';
import semver from 'semver';
import { UNBOUND } from '../git/git.ts';
import type { Workshop } from '../git/workshop.ts';
import type { Release } from '../model/manifest.ts';
import { Stop } from '../stop.ts';

/** What a release is decided from. */
export interface History {
  readonly library: string;
  /** The newest commit of the library's own history. */
  readonly commit: string;
  /** Its releases so far, oldest first. */
  readonly releases: readonly Release[];
  /** The other libraries: where one that this one needs was released, its range moved in this history too. */
  readonly others: readonly string[];
  /** The version, when a person names it. */
  readonly version: string | undefined;
}

/** The next version, and what the commits since the last one say, as Markdown without a heading. */
export interface Decision {
  readonly version: string;
  readonly notes: string;
}

const SECTIONS = [
  { type: 'feat', section: 'Features' },
  { type: 'fix', section: 'Bug fixes' },
  { type: 'perf', section: 'Performance' },
  { type: 'revert', section: 'Reverts' },
];

/** While versions start with 0, a breaking change moves the minor number: 1.0.0 is a decision of people. */
const RULES_BEFORE_ONE = [
  { breaking: true, release: 'minor' },
  { type: 'feat', release: 'minor' },
  { type: 'fix', release: 'patch' },
  { type: 'perf', release: 'patch' },
  { revert: true, release: 'patch' },
];

function settings(history: History, remote: string): Options {
  const scopes = history.others.map((scope) => ({ type: 'chore', scope, subject: 'release *', release: 'patch' }));
  const before = history.releases.at(-1)?.version ?? '0.0.0';
  const releaseRules = [...(semver.major(before) === 0 ? RULES_BEFORE_ONE : []), ...scopes];
  const types = [...SECTIONS, ...history.others.map((scope) => ({ type: 'chore', scope, section: 'Dependencies' }))];
  const { parser: parserOpts, writer: writerOpts } = createPreset({ types });
  const notes = { parserOpts, writerOpts, linkCompare: false, linkReferences: false };
  return {
    branches: ['main'],
    repositoryUrl: pathToFileURL(remote).href,
    tagFormat: `${history.library}@v\${version}`,
    plugins: [
      ['@semantic-release/commit-analyzer', { parserOpts, releaseRules }],
      ['@semantic-release/release-notes-generator', notes],
    ],
    // The version and the notes are asked for here; what comes of them is committed and tagged by the umbrella.
    dryRun: true,
    ci: false,
  };
}

/** The notes without the heading of the version, which the changelog writes, and with its kind of bullets. */
function body(notes: string): string {
  return notes
    .replace(/^#+ .*\n/, '')
    .replace(/^\* /gm, '- ')
    .trim();
}

/**
 * What semantic-release makes of the commits since the last release, or undefined when none of them asks for one. It
 * sees the library's history alone, in a clone of a bare repository, both of them temporary: no network, no settings
 * of the user, no variables of a CI system.
 */
export async function decideRelease(workshop: Workshop, history: History): Promise<Decision | undefined> {
  const name = `${history.library}-${history.commit.slice(0, 12)}`;
  const refs = new Map([['refs/heads/main', history.commit]]);
  for (const { tag, commit } of history.releases) refs.set(`refs/tags/${tag}`, commit);
  const remote = await workshop.repository(`${name}.git`, refs, true);
  const clone = await workshop.repository(name, refs);
  await clone.run('remote', 'add', 'origin', pathToFileURL(remote.folder).href);
  // Its types ask for a terminal; it only writes.
  const output = new PassThrough() as PassThrough & NodeJS.WriteStream;
  const log: Buffer[] = [];
  output.on('data', (chunk: Buffer) => log.push(chunk));
  const env = { ...UNBOUND, HOME: workshop.folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const context = { cwd: clone.folder, env, stdout: output, stderr: output };
  try {
    const result = await semanticRelease(settings(history, remote.folder), context);
    const notes = result === false ? '' : body(result.nextRelease.notes ?? '');
    if (history.version !== undefined) return { version: history.version, notes };
    return result === false ? undefined : { version: result.nextRelease.version, notes };
  } catch (error) {
    const said = Buffer.concat(log).toString('utf8').trim().split('\n').slice(-3).join('\n');
    throw new Stop(
      `semantic-release could not decide on ${history.library}: ${error instanceof Error ? error.message : error}`,
      `see what it said:\n${said}`,
    );
  }
}
