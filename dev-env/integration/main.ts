// `make integration`: each library of the pinned set alone, as strangers get it, and then all of them together.
// Exit code 0 when everything holds, 1 when something does not, 2 when the command was called wrongly.
import { Command, InvalidArgumentError, Option } from 'commander';
import { LIBRARIES, type Library, ROOT } from '../scripts/libraries.ts';
import { Stop } from '../umbrella/stop.ts';
import { Progress } from './progress.ts';
import { REGISTRY_PORT } from './registry.ts';
import { runIntegration } from './run-integration.ts';

const PORT_MAX = 65_535;

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) return port;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${PORT_MAX}.`);
}

interface Options {
  readonly fromTree: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly keep: boolean;
  readonly port: number;
  readonly only?: Library;
}

const options = new Command('integration')
  .description('Proves that each library stands alone, and that all of them work together as strangers install them')
  .option('--from-tree', 'the libraries of the newest commit, as if they were pinned', false)
  .option('--quick', 'a sample of what is built in the work tree: packages, and one installation of all', false)
  .addOption(
    new Option('--only <library>', 'one library alone; those that it needs are built, not proven').choices(LIBRARIES),
  )
  .option('--json', 'one JSON object on each line of the output', false)
  .option('--keep', 'leave the temporary folder, and say where it is', false)
  .option('--port <number>', 'where the local registry listens; 0 takes a free port', portNumber, REGISTRY_PORT)
  .addHelpText(
    'after',
    '\nExamples:\n  make integration\n  npm run integration -- --from-tree --only tau-core\n  npm run integration -- --quick --json | jq .outcome',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const started = performance.now();
const print = (line: string): void => console.log(line);
const progress = new Progress({ json: options.json, print });
try {
  await runIntegration({ ...options, progress, root: ROOT });
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  if (options.json) print(JSON.stringify({ event: 'stopped', problem: error.message, next: error.next }));
  console.error(`integration: ${error.message}; ${error.next}`);
  process.exit(1);
}
const { records, failed, skipped } = progress;
const seconds = Math.round((performance.now() - started) / 100) / 10;
const counts = {
  held: records.length - failed.length - skipped.length,
  failed: failed.length,
  skipped: skipped.length,
};
if (options.json) print(JSON.stringify({ event: 'done', ok: failed.length === 0, ...counts, seconds }));
else print(`integration: ${counts.held} held, ${counts.failed} failed, ${counts.skipped} left out, in ${seconds} s`);
process.exitCode = failed.length === 0 ? 0 : 1;
