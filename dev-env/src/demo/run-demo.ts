import { setTimeout as wait } from 'node:timers/promises';
import { Cluster } from '../harness/cluster.ts';
import { type IssueState, readBack } from '../harness/read-back.ts';
import { runProblems, runsEnded } from '../harness/settle.ts';
import { replayProblems } from '../harness/validate.ts';
import { prepareRepository } from './repository.ts';
import type { Story } from './stories.ts';
import type { Entry } from './timeline.ts';
import { storyProblems } from './verdict.ts';
import { watchRepository } from './watch.ts';

/** The whole demo takes a few seconds; beyond this something hangs. */
const DEMO_MS_MAX = 25_000;
/** Between two issues, so that a person can follow. */
const PAUSE_MS = 200;

/** What a demo is told to do, and whom it tells. */
export interface DemoOptions {
  readonly stories: readonly Story[];
  onEntry(entry: Entry): void;
}

/** What came of it: the issues as the stand-in has them, and all that is not as it should be. */
export interface DemoResult {
  readonly issues: readonly IssueState[];
  readonly problems: readonly string[];
}

/** Opens the stories' issues at a running cluster, watches the runs that they start, and checks what they did. */
export async function runDemo(cluster: Cluster, options: DemoOptions): Promise<DemoResult> {
  const { stories, onEntry } = options;
  const { client, channel, standIn } = cluster;
  await prepareRepository(standIn.owner);
  const watch = new AbortController();
  const signal = AbortSignal.any([watch.signal, AbortSignal.timeout(DEMO_MS_MAX)]);
  const sessionId = Cluster.SESSION;
  const watched = watchRepository(client, { sessionId, runs: stories.length, signal, onEntry });
  watched.catch(() => undefined);
  for (const { title, body } of stories) {
    await standIn.reporter.openIssue(title, body);
    await wait(PAUSE_MS);
  }
  try {
    const runs = await runsEnded(client, { sessionId, count: stories.length, limitMs: DEMO_MS_MAX });
    await watched;
    const issues = await readBack(standIn.owner);
    const problems = [
      ...runProblems(runs, stories.length),
      ...storyProblems(stories, issues),
      ...(await replayProblems(channel)),
    ];
    return { issues, problems };
  } finally {
    watch.abort();
  }
}
