// `make demo`: four processes, a dozen issues, a live timeline, and a verdict. Exit code 0 when all is as it should be.
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { Cluster } from '../harness/cluster.ts';
import { paint } from './colours.ts';
import { TimelinePrinter, timelineHeading } from './print-timeline.ts';
import { runDemo } from './run-demo.ts';
import { STORIES } from './stories.ts';
import { table } from './table.ts';

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

console.log(`\n${timelineHeading()}`);
const printer = new TimelinePrinter(console.log);
const { issues, problems } = await runDemo(cluster, {
  workflows,
  stories: STORIES,
  onEntry: (entry) => printer.take(entry),
});
printer.end();

console.log(`\n${paint('bold', 'What changed, read back from the stand-in')}`);
const rows = issues.map((issue) => [
  `#${issue.number}`,
  issue.title,
  issue.labels.join(', '),
  issue.milestone ?? '-',
  issue.assignees.join(', ') || '-',
  String(issue.comments.length),
]);
console.log(table([['issue', 'title', 'labels', 'milestone', 'assignee', 'comments'], ...rows], 48));

const all = [...problems, ...(await cluster.stop())];
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (all.length === 0) {
  console.log(paint('green', `\nEvery issue got exactly what triage.yml says. ${seconds} s, all processes stopped.`));
} else {
  console.log(paint('red', `\n${all.length} things are not as they should be:`));
  for (const problem of all) console.log(`  ${problem}`);
  process.exitCode = 1;
}
