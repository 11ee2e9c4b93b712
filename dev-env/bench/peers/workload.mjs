// What every peer runs: the same shapes, counted the same way. A peer prints one JSON object a line, as it measures.
//
// - `sequence`: 10 steps, one after another.
// - `fan-out`: a step, 100 side by side, a step: 102 steps.
// - `loop`: one step, 1,000 times.
// - `deep`: subgraphs within subgraphs, 10 deep, a step in each: 10 steps.

export const SHAPES = {
  sequence: { steps: 10, size: 10 },
  'fan-out': { steps: 102, size: 100 },
  loop: { steps: 1_000, size: 1_000 },
  deep: { steps: 10, size: 10 },
};

const ROUNDS = 3;
const ROUND_MS = Number(process.env.TAU_BENCH_ROUND_MS ?? 1_000);

/**
 * Measures `run(shape)` for each of its shapes, at 1 and at 50 runs at once, and prints the median rate of each.
 *
 * @param {{ peer: string, version: string, storage: string, durable: boolean }} who
 * @param {{ [shape: string]: () => Promise<unknown> }} runs one run of a shape, to its end
 */
export async function measure(who, runs) {
  for (const [shape, run] of Object.entries(runs)) {
    for (const inProgress of [1, 50]) {
      await rate(run, 1, inProgress, ROUND_MS / 4);
      const rates = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rates.push(await rate(run, SHAPES[shape].steps, inProgress, ROUND_MS));
      }
      const stepsPerSecond = rates.sort((a, b) => a - b)[1];
      process.stdout.write(
        `${JSON.stringify({ ...who, node: process.versions.node, shape, inProgress, stepsPerSecond })}\n`,
      );
    }
  }
}

/** Steps a second: `inProgress` lanes run one run after another until the time is over, and to the end of their last one. */
async function rate(run, steps, inProgress, ms) {
  const started = performance.now();
  let runs = 0;
  const lane = async () => {
    do {
      await run();
      runs += 1;
    } while (performance.now() - started < ms);
  };
  await Promise.all(Array.from({ length: inProgress }, lane));
  return (runs * steps * 1_000) / (performance.now() - started);
}
