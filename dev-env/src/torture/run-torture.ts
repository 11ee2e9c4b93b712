import { eventually, seededRandom } from 'tau-core/testing';
import { prepareRepository } from '../demo/repository.ts';
import { manyStories } from '../demo/stories.ts';
import { storyProblems } from '../demo/verdict.ts';
import { watchRepository } from '../demo/watch.ts';
import { Cluster } from '../harness/cluster.ts';
import { readBack } from '../harness/read-back.ts';
import { runProblems, runsEnded } from '../harness/settle.ts';
import { replayProblems } from '../harness/validate.ts';
import { killOnTime, until } from './kill-on-time.ts';
import { type Kill, killPlan } from './kill-plan.ts';

/** After the last kill everything must have come right within this time. */
const SETTLE_MS_MAX = 60_000;

export interface TortureOptions {
  readonly workflows: string;
  /** A folder with other builds of the libraries; default: the umbrella's own. */
  readonly libraries?: string;
  readonly seed: number;
  /** Kills of each victim. */
  readonly kills: number;
  readonly issues: number;
  /** Over which issues are opened and processes killed. */
  readonly durationMs: number;
  onKill(kill: Kill): void;
}

export interface TortureResult {
  readonly problems: readonly string[];
  readonly redeliveries: number;
  /** From the last kill until every run had ended. */
  readonly settledMs: number;
}

/** Opens issues while processes are killed, waits until everything has come right, and says what has not. */
export async function runTorture(options: TortureOptions): Promise<TortureResult> {
  const { workflows, libraries, seed, kills, issues, durationMs, onKill } = options;
  const cluster = await Cluster.start({ workflows, libraries, redeliver: true });
  const { client, channel, standIn, kernel, local, github, relay } = cluster;
  await prepareRepository(standIn.owner);
  const stories = manyStories(issues);
  const sessionId = Cluster.SESSION;
  const watch = new AbortController();
  const watched = watchRepository(client, { sessionId, runs: issues, signal: watch.signal, onEntry: () => undefined });
  const watchProblems = watched.then(
    () => [],
    (error: unknown) => [`the watching client ended: ${error instanceof Error ? error.message : String(error)}`],
  );

  const startedAt = performance.now();
  const opened = (async () => {
    const random = seededRandom(seed).fork('issues');
    for (const [index, { title, body }] of stories.entries()) {
      await until(startedAt + ((index + random.next()) * durationMs) / issues);
      await standIn.reporter.openIssue(title, body);
    }
  })();
  const killed = killOnTime(killPlan(seed, kills, durationMs), {
    services: { kernel, local, github },
    startedAt,
    onKill,
  });
  const [problems] = await Promise.all([killed, opened]);

  const settling = performance.now();
  try {
    for (const service of cluster.members) await service.ready();
    await eventually(() => allDelivered(cluster), { what: 'every delivery to be accepted', limitMs: SETTLE_MS_MAX });
    const runs = await runsEnded(client, { sessionId, count: issues, limitMs: SETTLE_MS_MAX });
    const settledMs = Math.round(performance.now() - settling);
    const found = [
      ...problems,
      ...(await watchProblems),
      ...runProblems(runs, issues),
      ...storyProblems(stories, await readBack(standIn.owner)),
      ...(await replayProblems(channel)),
    ];
    return { problems: [...found, ...(await cluster.stop())], redeliveries: relay?.redeliveries ?? 0, settledMs };
  } catch (error) {
    for (const service of cluster.members) console.error(`── ${service.spec.name}\n${service.output.slice(-4_000)}`);
    throw error;
  } finally {
    watch.abort();
  }
}

/** Whether every delivery that the stand-in made has been accepted: the harness itself must lose none. */
async function allDelivered({ standIn, hook, relay }: Cluster): Promise<boolean> {
  const made = await standIn.owner.deliveries(hook);
  return relay !== undefined && relay.pending === 0 && relay.received === made.length;
}
