import { type Figure, figure } from './figure.ts';
import { installPeers, linesOf } from './peers.ts';

interface Cost {
  readonly cost: string;
  readonly steps: number;
  readonly figure: number;
  readonly unit: string;
}

interface PeerMemory {
  readonly peer: string;
  readonly version: string;
  readonly count: number;
  readonly bytes: number;
}

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** What runs cost beside their speed: memory while they wait, replaying their journal, and a step's price as a run grows. */
export async function measureCosts(): Promise<Figure[]> {
  await installPeers(say);
  const costs: Cost[] = [];
  const peers: PeerMemory[] = [];
  const failures = [
    await linesOf('./tau-costs.ts', (line) => costs.push(line as Cost), ['--expose-gc']),
    await linesOf('./peers/idle.mjs', (line) => peers.push(line as PeerMemory), ['--expose-gc']),
  ];
  for (const failure of failures) if (failure !== undefined) say(`NOT MEASURED: ${failure}`);
  return [...memoryFigures(costs, peers), ...growthFigures(costs), ...replayFigures(costs)];
}

function memoryFigures(costs: readonly Cost[], peers: readonly PeerMemory[]): Figure[] {
  const [best] = [...peers].sort((a, b) => a.bytes - b.bytes);
  if (best === undefined) return [];
  return costs
    .filter(({ cost }) => cost.startsWith('idle'))
    .map(({ cost, steps, figure: bytes }) =>
      figure(`${cost} (${steps.toLocaleString('en')})`, 'bytes', [bytes], [best.bytes], {
        against: `${best.peer} ${best.version}`,
        bar: 'at most 1,024',
      }),
    );
}

/** A step of a long run beside one of a short one. */
function growthFigures(costs: readonly Cost[]): Figure[] {
  return ['growth, memory', 'growth, SQLite'].flatMap((name) => {
    const of = costs.filter(({ cost }) => cost === name);
    const first = of.find(({ steps }) => steps === 100);
    return of
      .filter(({ steps }) => steps > 100)
      .map(({ steps, figure: us }) =>
        figure(`${name}, a step of ${steps.toLocaleString('en')}`, 'us', [us], [first?.figure ?? Number.NaN], {
          against: 'a step of 100',
          bar: 'ratio at most 1.2',
        }),
      );
  });
}

function replayFigures(costs: readonly Cost[]): Figure[] {
  const of = costs.filter(({ cost }) => cost.startsWith('replay'));
  return of.map(({ cost, figure: rate }) =>
    figure(cost, 'records/s', [rate], [250_000], { against: 'the bar of recovery', bar: '250,000/s folded' }),
  );
}
