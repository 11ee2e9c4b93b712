// `make compare`: the newest result of `make bench` beside the newest committed one. Exit code 1 when TAU does worse
// against the same peers than it did, by more than the tolerance; 2 when there is nothing to compare.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { table } from '../src/demo/table.ts';
import { BenchResult, compareResults, TOLERANCE } from './comparison.ts';

const FOLDER = join('dev-env', 'bench', 'results');

function read(file: string): BenchResult {
  return BenchResult.parse(JSON.parse(readFileSync(join(ROOT, FOLDER, file), 'utf8')));
}

const listed = await run('git', ['ls-files', '--', FOLDER], { cwd: ROOT });
const committed = listed.output.split('\n').flatMap((path) => (path.endsWith('.json') ? [path.split('/').at(-1)] : []));
// Files are named by their date.
const files = (existsSync(join(ROOT, FOLDER)) ? readdirSync(join(ROOT, FOLDER)) : [])
  .filter((name) => name.endsWith('.json'))
  .sort();
const newest = files.filter((name) => !committed.includes(name)).at(-1);
const baseline = files.filter((name) => committed.includes(name)).at(-1);
if (newest === undefined || baseline === undefined) {
  const missing = newest === undefined ? 'no new result: run "make bench"' : 'no committed result to compare with';
  console.error(`compare: there is ${missing}`);
  process.exit(2);
}

const [before, now] = [read(baseline), read(newest)];
const changes = compareResults(before, now);
const text = (value: number | undefined): string => value?.toFixed(3) ?? '-';
console.log(
  `${baseline} (commit ${before.versions.commit}) and ${newest} (commit ${now.versions.commit}), as ratios:\n`,
);
console.log(
  table([
    ['figure', 'before', 'now', 'gain', ''],
    ...changes.map((change) => [change.name, text(change.before), text(change.now), text(change.gain), change.verdict]),
  ]),
);
const worse = changes.filter(({ verdict }) => verdict === 'worse' || verdict === 'gone');
if (worse.length === 0) {
  console.log('\nNothing is worse than it was.');
} else {
  console.log(`\nGone, or worse by more than ${TOLERANCE * 100} %: ${worse.length}.`);
  process.exitCode = 1;
}
