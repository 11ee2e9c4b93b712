// `make demo`: four processes, a dozen issues, a live timeline, and a verdict. Exit code 0 when all is as it should be.
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { Cluster } from '../harness/cluster.ts';
import { paint } from './colours.ts';
import { TimelinePrinter, timelineHeading } from './print-timeline.ts';
import { runDemo } from './run-demo.ts';
import { STORIES } from './stories.ts';
import { table } from './table.ts';

/** Characters shown of a process's output when the demo breaks off. */
const LAST_WORDS_MAX = 1_500;

const started = performance.now();
const workflows = join(ROOT, '.tau', 'workflows');

console.log(paint('bold', 'TAU: GitHub issues, triaged by a durable workflow'));
const cluster = await Cluster.start({ workflows });
console.log(
  table([
    ['GitHub stand-in', cluster.standIn.url],
    ['tau-kernel', cluster.places.kernel],
    ['tau-ext-local', 'journal on SQLite, workflows from .tau/workflows'],
    ['tau-ext-github', cluster.receiver],
  ]),
);

/** Shows the demo live; gives everything that is not as it should be. */
async function show(): Promise<readonly string[]> {
  console.log(`\n${timelineHeading()}`);
  const printer = new TimelinePrinter(console.log);
  const { issues, problems } = await runDemo(cluster, {
    stories: STORIES,
    onEntry: (entry) => printer.take(entry),
  }).finally(() => printer.end());

  console.log(`\n${paint('bold', 'What changed, read back from the stand-in')}`);
  const rows = issues.map(({ number, title, labels, milestone, assignees, comments }) => [
    `#${number}`,
    title,
    labels.join(', '),
    milestone ?? '-',
    assignees.join(', ') || '-',
    String(comments.length),
  ]);
  console.log(table([['issue', 'title', 'labels', 'milestone', 'assignee', 'comments'], ...rows], 48));
  return problems;
}

/** What to say when the demo broke off: why, and the last words of each process. */
function brokeOff(error: unknown): readonly string[] {
  const words = cluster.members.map(({ spec, output }) => `${spec.name} said last:\n${output.slice(-LAST_WORDS_MAX)}`);
  return [error instanceof Error ? error.message : String(error), ...words];
}

const problems = await show().catch(brokeOff);
const all = [...problems, ...(await cluster.stop())];
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (all.length === 0) {
  console.log(paint('green', `\nEvery issue got exactly what triage.yml says. ${seconds} s, all processes stopped.`));
} else {
  console.log(paint('red', '\nNot everything is as it should be:'));
  for (const problem of all) console.log(`  ${problem}`);
  process.exitCode = 1;
}
