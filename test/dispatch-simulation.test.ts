import { expect, test } from 'vitest';
import { propertyRun } from './lab/property-run.js';
import { Simulation } from './simulation/simulation.js';

/** For a machine that is busy with other tests: the time is long, and no test waits for it. */
const TIMEOUT_MS = 60_000;

/** Runs a world to its end. Both machines' invariants, and the extensions', are checked all along. */
function simulate(seed: number): Simulation {
  const simulation = new Simulation(seed);
  try {
    simulation.run();
    expect(simulation.kernel.workTotal, 'work that is left').toBe(0);
    const stuck = [...simulation.kernel.region.runs.values()].filter((run) => run.phase !== 'paused');
    expect(
      stuck.map((run) => `${run.runId} ${[...run.calls.keys()].join(' ')}`),
      'runs that did not end',
    ).toEqual([]);
    const busy = simulation.extensions.filter((extension) => !extension.idle).map(({ instanceId }) => instanceId);
    expect(busy, 'extensions that are not at rest').toEqual([]);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`simulation ${seed} at ${simulation.agenda.now} ms: ${message}`, { cause: thrown });
  }
  return simulation;
}

test(
  'through cuts, crashes, restarts, pauses and deadlines, every call ends once, and all comes to rest',
  () => {
    const { seed, numRuns } = propertyRun('dispatch simulation', 500);
    let [ended, redelivered] = [0, 0];
    for (let run = 0; run < numRuns; run += 1) {
      const { kernel, world } = simulate(seed + run);
      ended += kernel.region.ended.size;
      redelivered += world.redelivered;
    }
    // The trouble was real: runs went through it by the thousand, and work had to be given again.
    expect(ended).toBeGreaterThan(4 * numRuns);
    expect(redelivered).toBeGreaterThan(numRuns);
  },
  TIMEOUT_MS,
);

test('a seed decides everything', () => {
  const [first, second] = [simulate(4), simulate(4)];
  expect(JSON.stringify(first.kernel.region.ended)).toBe(JSON.stringify(second.kernel.region.ended));
});
