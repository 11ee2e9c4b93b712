// `make dev`: the demo's processes on their usual ports, kept running until Ctrl-C.
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { Cluster } from '../harness/cluster.ts';
import { WEBHOOK_SECRET } from '../harness/members.ts';
import { PEOPLE, REPOSITORY } from '../harness/stand-in.ts';
import { prepareRepository } from './repository.ts';
import { table } from './table.ts';

const cluster = await Cluster.start({
  workflows: join(ROOT, '.tau', 'workflows'),
  kernel: '127.0.0.1:7420',
  open: true,
});
await prepareRepository(cluster.standIn.owner);
const { kernel } = cluster.places;
console.log(
  table(
    [
      ['GitHub stand-in', cluster.standIn.url],
      ['its repository', `${REPOSITORY}, with the webhook secret "${WEBHOOK_SECRET}"`],
      ['kernel', kernel],
      ['receiver', cluster.receiver],
    ],
    100,
  ),
);
console.log(`
Open an issue:
  curl -H 'authorization: Bearer ${PEOPLE.reporter.token}' ${cluster.standIn.url}/repos/${REPOSITORY}/issues \\
    -d '{"title": "Bug: it does not work", "body": "This is a P0."}'
See what happens:
  export TAU_KERNEL=${kernel} PATH="$PWD/node_modules/.bin:$PATH"
  tau runs
  tau events --follow

Running; Ctrl-C stops everything.`);

// Nothing is to be kept, so a signal may simply end this process: the others end with it.
process.stdin.resume();
