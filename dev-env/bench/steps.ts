import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { add, append, defineFlow, each, edge, graph, task } from 'tau-orchestrate/flow';
import { type Figure, figure } from './figure.ts';
import { RunEnds } from './run-ends.ts';
import { timed } from './statistics.ts';
import { newFolder, oneProcess, type Trio, threeProcesses } from './trio.ts';

const STEPS = 10;
const WIDTH = 100;
const SESSION = 'bench';
const ROUNDS = 3;
const WARM_UP_RUNS = 100;
const FAN_WARM_UP_RUNS = 10;
const RECORD_BYTES = 300;

const WORKFLOW = `on: workflow_dispatch
jobs:
  steps:
    steps:
${Array.from({ length: STEPS }, (_, index) => `      - uses: bench/echo@v1\n        with:\n          index: ${index}\n`).join('')}`;

const ECHO = 'action:bench/echo@v1';

/** A step, as many side by side as `WIDTH`, and a step. */
const FAN_OUT = defineFlow(
  'fan-out',
  graph({
    state: {
      count: add(),
      items: append<number>(),
      work: append(Array.from({ length: WIDTH }, (_, index) => ({ items: [index] }))),
    },
    nodes: {
      plan: task(ECHO, { input: { count: 1 } }),
      branch: task(ECHO),
      join: task(ECHO, { input: { count: 1 } }),
    },
    edges: [each('plan', 'state.work', 'branch'), edge('branch', 'join')],
    entry: 'plan',
  }),
);

/** Runs of a definition, so many in progress at a time. */
interface Load {
  readonly definition: string;
  /** Steps of one run. */
  readonly steps: number;
  readonly runs: number;
  readonly inProgress: number;
}

const SEQUENCE = { definition: 'steps.yml', steps: STEPS };
const FAN = { definition: 'fan-out', steps: WIDTH + 2 };

/** What is measured, with how many records one commit of the limit has: as many as can wait for it at a time. */
const LOADS = {
  one: { name: '1 run', group: 1, load: { ...SEQUENCE, runs: 60, inProgress: 1 } },
  fifty: { name: '50 runs', group: 50, load: { ...SEQUENCE, runs: 1_000, inProgress: 50 } },
  fan: { name: `fan-out of ${WIDTH}`, group: WIDTH, load: { ...FAN, runs: 60, inProgress: 1 } },
} as const;

type LoadName = keyof typeof LOADS;

/** Durable steps a second: 1 run, 50 runs, a fan-out; each beside the group commit that no engine can pass. */
export async function measureSteps(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [place, start, bars] of [
    ['embedded', oneProcess, { one: '6,000/s', fifty: '60,000/s', fan: '60,000/s' }],
    ['three processes', threeProcesses, { one: '2,500/s', fifty: '20,000/s', fan: '20,000/s' }],
  ] as const) {
    const trio = await start();
    try {
      await trio.client.putDefinition({ name: SEQUENCE.definition, source: WORKFLOW });
      const source = JSON.stringify(FAN_OUT.definition);
      await trio.client.putDefinition({ name: FAN.definition, program: 'flow', source });
      await trio.client.ensureSession({ sessionId: SESSION });
      await stepsPerSecond(trio, { ...SEQUENCE, runs: WARM_UP_RUNS, inProgress: 50 });
      await stepsPerSecond(trio, { ...FAN, runs: FAN_WARM_UP_RUNS, inProgress: 1 });
      for (const [name, bar] of Object.entries(bars)) figures.push(await compared(trio, name as LoadName, place, bar));
    } finally {
      await trio.stop();
    }
  }
  return figures;
}

async function compared(trio: Trio, loadName: LoadName, place: string, bar: string): Promise<Figure> {
  const { name, group, load } = LOADS[loadName];
  const [tau, limit]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    limit.push(groupCommitsPerSecond(group));
    tau.push(await stepsPerSecond(trio, load));
  }
  const against = `node:sqlite FULL, ${group} records a commit`;
  return figure(`durable steps, ${name}, ${place}`, 'steps/s', tau, limit, { against, bar });
}

async function stepsPerSecond({ client }: Trio, { definition, steps, runs, inProgress }: Load): Promise<number> {
  const ends = new RunEnds(client, SESSION);
  await ends.listen();
  let left = runs;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { run } = await client.startRun({ sessionId: SESSION, definition });
      await ends.of(run.runId);
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: inProgress }, lane)));
  await ends.stop();
  return (runs * steps * 1_000) / ms;
}

/** What one record a step costs at least: transactions of `group` records, synced. */
function groupCommitsPerSecond(group: number): number {
  const db = new DatabaseSync(join(newFolder(), 'limit.db'));
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, data BLOB)',
  );
  const insert = db.prepare('INSERT INTO records (data) VALUES (?)');
  const data = new Uint8Array(RECORD_BYTES);
  const commits = 2_000;
  const start = performance.now();
  for (let commit = 0; commit < commits; commit += 1) {
    db.exec('BEGIN');
    for (let record = 0; record < group; record += 1) insert.run(data);
    db.exec('COMMIT');
  }
  const ms = performance.now() - start;
  db.close();
  return (commits * group * 1_000) / ms;
}
