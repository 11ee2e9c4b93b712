/** What a test run tries when nobody says otherwise: the same every time, so that a red run is never chance. */
const SEED = 20_261_120;

/**
 * How often a property is tried, and from which seed. `TAU_SEED=<n>` tries others, and repeats a run that failed;
 * `TAU_SEED=random` draws a new one. The seed is printed.
 */
export function propertyRun(name: string, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const given = process.env['TAU_SEED'];
  const drawn = Math.trunc(performance.timeOrigin + performance.now()) % 2 ** 31;
  const seed = given === undefined ? SEED : given === 'random' ? drawn : Number(given);
  console.info(`${name}: ${numRuns} runs from TAU_SEED=${seed}`);
  return { seed, numRuns };
}
