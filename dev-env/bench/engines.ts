import { type Figure, figure } from './figure.ts';
import { installPeers, PEERS, type PeerRate, ratesOf } from './peers.ts';

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

/**
 * Workflow steps a second: TAU's local runner and its peers on the same shapes, one process after another, in this one run. Each
 * figure is TAU beside the fastest peer that promises no less: durable beside durable, in memory beside in memory.
 */
export async function measureEngines(): Promise<Figure[]> {
  await installPeers(say);
  const rates: PeerRate[] = [];
  const seen = (rate: PeerRate): void => {
    rates.push(rate);
    say(
      `${rate.peer} ${rate.version} (${rate.storage}), ${rate.shape}, ${rate.inProgress} at once: ${Math.round(rate.stepsPerSecond).toLocaleString('en')} steps/s`,
    );
  };
  // Ours before and after the peers: what the machine does meanwhile meets both sides.
  const failures: (string | undefined)[] = [await ratesOf('./tau-flows.ts', seen)];
  for (const peer of PEERS) failures.push(await ratesOf(`./peers/${peer}.mjs`, seen));
  failures.push(await ratesOf('./tau-flows.ts', seen));
  for (const failure of failures) if (failure !== undefined) say(`NOT MEASURED: ${failure}`);
  return comparisons(rates);
}

/** TAU's rates, each beside the best of the peers' on the same shape. */
export function comparisons(rates: readonly PeerRate[]): Figure[] {
  const figures: Figure[] = [];
  const seen = new Set<string>();
  for (const one of rates.filter(({ peer }) => peer === 'TAU')) {
    const name = `${one.shape}, ${one.inProgress} at once, ${one.storage}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const alike = rates.filter((other) => other.shape === one.shape && other.inProgress === one.inProgress);
    const ours = alike.filter(({ peer, storage }) => peer === 'TAU' && storage === one.storage);
    const [best] = alike
      .filter(({ peer, durable }) => peer !== 'TAU' && (durable || !one.durable))
      .sort((a, b) => b.stepsPerSecond - a.stepsPerSecond);
    if (best === undefined) continue;
    const bar = barOf(one);
    figures.push(
      figure(
        name,
        'steps/s',
        ours.map(({ stepsPerSecond }) => stepsPerSecond),
        [best.stepsPerSecond],
        { against: `${best.peer} ${best.version} (${best.storage})`, ...(bar !== undefined && { bar }) },
      ),
    );
  }
  return figures;
}

/** The bars that were set from the peers' figures. */
function barOf({ durable, shape, inProgress }: PeerRate): string | undefined {
  if (!durable) return shape === 'sequence' || shape === 'fan-out' ? '300,000/s' : undefined;
  if (shape === 'fan-out') return '60,000/s';
  if (shape === 'sequence') return inProgress === 1 ? '6,000/s' : '60,000/s';
  return undefined;
}
