import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Figure, figure } from './figure.ts';
import { RunEnds } from './run-ends.ts';
import { timed } from './statistics.ts';
import { newFolder, oneProcess, type Trio, threeProcesses } from './trio.ts';

const STEPS = 10;
const SESSION = 'bench';
const ROUNDS = 3;
const WARM_UP_RUNS = 100;
const RECORD_BYTES = 300;

const WORKFLOW = `on: workflow_dispatch
jobs:
  steps:
    steps:
${Array.from({ length: STEPS }, (_, index) => `      - uses: bench/echo@v1\n        with:\n          index: ${index}\n`).join('')}`;

/** Durable steps a second, at 1 and at 50 runs in progress, beside the group commit that no engine can pass. */
export async function measureSteps(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, start, bars] of [
    ['embedded', oneProcess, { one: '6,000/s', fifty: '60,000/s' }],
    ['three processes', threeProcesses, { one: '2,500/s', fifty: '20,000/s' }],
  ] as const) {
    const trio = await start();
    try {
      await trio.client.putDefinition({ name: 'steps.yml', source: WORKFLOW });
      await trio.client.ensureSession({ sessionId: SESSION });
      await stepsPerSecond(trio, WARM_UP_RUNS, 50);
      figures.push(await compared(trio, name, { runs: 60, inProgress: 1 }, bars.one));
      figures.push(await compared(trio, name, { runs: 1_000, inProgress: 50 }, bars.fifty));
    } finally {
      await trio.stop();
    }
  }
  return figures;
}

async function compared(
  trio: Trio,
  name: string,
  load: { runs: number; inProgress: number },
  bar: string,
): Promise<Figure> {
  const [tau, limit]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    limit.push(groupCommitsPerSecond(load.inProgress));
    tau.push(await stepsPerSecond(trio, load.runs, load.inProgress));
  }
  return figure(
    `durable steps, ${load.inProgress} run${load.inProgress === 1 ? '' : 's'}, ${name}`,
    'steps/s',
    tau,
    limit,
    {
      against: `node:sqlite FULL, ${load.inProgress} records a commit`,
      bar,
    },
  );
}

async function stepsPerSecond({ client }: Trio, runs: number, inProgress: number): Promise<number> {
  const ends = new RunEnds(client, SESSION);
  await ends.listen();
  let left = runs;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { run } = await client.startRun({ sessionId: SESSION, definition: 'steps.yml' });
      await ends.of(run.runId);
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: inProgress }, lane)));
  await ends.stop();
  return (runs * STEPS * 1_000) / ms;
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
