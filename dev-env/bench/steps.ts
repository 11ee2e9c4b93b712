import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { add, append, defineFlow, each, edge, graph, task } from 'tau-orchestrate/flow';
import { BareChain } from './bare-chain.ts';
import { type Figure, figure } from './figure.ts';
import { RunEnds } from './run-ends.ts';
import { timed } from './statistics.ts';
import { newFolder, oneProcess, type Trio, threeProcesses } from './trio.ts';

const STEPS = 10;
const WIDTH = 100;
const SESSION = 'bench';
const ROUNDS = 3;
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
  one: { name: '1 run', group: 1, load: { ...SEQUENCE, runs: 300, inProgress: 1 } },
  fifty: { name: '50 runs', group: 50, load: { ...SEQUENCE, runs: 1_000, inProgress: 50 } },
  fan: { name: `fan-out of ${WIDTH}`, group: WIDTH, load: { ...FAN, runs: 60, inProgress: 1 } },
} as const;

type LoadName = keyof typeof LOADS;

/** What of it no engine can pass. */
interface Limit {
  readonly against: string;
  perSecond(): number | Promise<number>;
}

/** Durable steps a second: 1 run, 50 runs, a fan-out; each beside the group commit that no engine can pass. */
export async function measureSteps(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [place, start, bars] of [
    ['embedded', oneProcess, { fifty: '60,000/s', fan: '60,000/s', one: '6,000/s' }],
    ['three processes', threeProcesses, { fifty: '20,000/s', fan: '20,000/s', one: '2,500/s' }],
  ] as const) {
    const trio = await start();
    try {
      await trio.client.putDefinition({ name: SEQUENCE.definition, source: WORKFLOW });
      const source = JSON.stringify(FAN_OUT.definition);
      await trio.client.putDefinition({ name: FAN.definition, program: 'flow', source });
      await trio.client.ensureSession({ sessionId: SESSION });
      for (const [name, bar] of Object.entries(bars)) {
        const load = LOADS[name as LoadName];
        figures.push(await compared(trio, load, { place, bar, limit: groupCommits(load.group) }));
      }
      if (start === threeProcesses) figures.push(await besideBareHops(trio, place, bars.one));
    } finally {
      await trio.stop();
    }
  }
  return figures;
}

/** Four hops and a sync cost something without any engine: on some machines more than the bar allows. */
async function besideBareHops(trio: Trio, place: string, bar: string): Promise<Figure> {
  const chain = await BareChain.start();
  try {
    const steps = LOADS.one.load.runs * STEPS;
    const limit = { against: 'four bare nice-grpc hops and a sync', perSecond: () => chain.stepsPerSecond(steps) };
    return await compared(trio, { ...LOADS.one, name: '1 run beside its hops' }, { place, bar, limit });
  } finally {
    await chain.stop();
  }
}

/** The two take turns, after a round that only warms up: an engine is compiled while it works for the first seconds. */
async function compared(
  trio: Trio,
  { name, load }: { readonly name: string; readonly load: Load },
  { place, bar, limit }: { readonly place: string; readonly bar: string; readonly limit: Limit },
): Promise<Figure> {
  await limit.perSecond();
  await stepsPerSecond(trio, load);
  const [tau, limits]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    limits.push(await limit.perSecond());
    tau.push(await stepsPerSecond(trio, load));
  }
  const { against } = limit;
  return figure(`durable steps, ${name}, ${place}`, 'steps/s', tau, limits, { against, bar });
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
function groupCommits(group: number): Limit {
  return { against: `node:sqlite FULL, ${group} records a commit`, perSecond: () => groupCommitsPerSecond(group) };
}

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
