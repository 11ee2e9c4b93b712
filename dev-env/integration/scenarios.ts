import { join } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { runDemo } from '../src/demo/run-demo.ts';
import { STORIES } from '../src/demo/stories.ts';
import { Cluster } from '../src/harness/cluster.ts';
import { KERNEL_TOKEN } from '../src/harness/members.ts';
import { runTorture } from '../src/torture/run-torture.ts';
import { output } from './command.ts';
import type { Npm } from './npm.ts';
import { hold } from './progress.ts';
import type { Stranger } from './stranger.ts';

const WORKFLOWS = join(ROOT, '.tau', 'workflows');
/** One kill of each process shows that what is packaged recovers too; `make torture` is for more. */
const TORTURE = { seed: 20_261_121, kills: 1, issues: 6, durationMs: 4_000 };
/** Characters shown of each process's output when a scenario breaks off. */
const LAST_WORDS_MAX = 1_500;

/** How many runs the stranger's own `tau` command sees, by their status. */
async function runsSeen(
  npm: Npm,
  { folder, modules }: Stranger,
  kernel: string,
): Promise<Readonly<Record<string, number>>> {
  const env = { ...npm.env, TAU_KERNEL: kernel, TAU_TOKEN: KERNEL_TOKEN };
  // As the shell finds it, so that the link that npm made is tried as well.
  const text = await output(join(modules, '.bin', 'tau'), ['runs', '--json'], { cwd: folder, env });
  const counts: Record<string, number> = {};
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const { status } = JSON.parse(line) as { readonly status: string };
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** The demo's issues, triaged by the stranger's processes; throws `NotHeld` when they did not come out as they should. */
export async function demoScenario(npm: Npm, stranger: Stranger): Promise<string> {
  const cluster = await Cluster.start({ workflows: WORKFLOWS, libraries: stranger.modules });
  const stories = STORIES;
  let entries = 0;
  const count = (): void => {
    entries += 1;
  };
  const shown = async (): Promise<readonly string[]> => {
    const { problems } = await runDemo(cluster, { stories, onEntry: count });
    const seen = await runsSeen(npm, stranger, cluster.places.kernel);
    const wanted = JSON.stringify({ succeeded: stories.length });
    const told =
      JSON.stringify(seen) === wanted ? [] : [`"tau runs" tells ${JSON.stringify(seen)}, expected ${wanted}`];
    return [...problems, ...told];
  };
  const brokeOff = (error: unknown): readonly string[] => [
    error instanceof Error ? error.message : String(error),
    ...cluster.members.map(({ spec, output: words }) => `${spec.name} said last: ${words.slice(-LAST_WORDS_MAX)}`),
  ];
  const problems = await shown().catch(brokeOff);
  hold([...problems, ...(await cluster.stop())]);
  return `${stories.length} issues, ${entries} things seen by a watching client`;
}

/** Processes are killed while issues come in. */
export async function killsScenario(stranger: Stranger): Promise<string> {
  const kills: string[] = [];
  const { problems, settledMs } = await runTorture({
    ...TORTURE,
    workflows: WORKFLOWS,
    libraries: stranger.modules,
    onKill: ({ victim }) => kills.push(victim),
  });
  hold(problems);
  return `${TORTURE.issues} issues, kill -9 of ${kills.join(', ')}; settled after ${settledMs} ms`;
}
