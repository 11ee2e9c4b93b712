/**
 * How often a property is tried, and from which seed. The seed is a new one every time and is printed;
 * `TAU_SEED=<n>` repeats a run.
 */
export function propertyRun(name: string, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const given = process.env['TAU_SEED'];
  const seed = given === undefined ? Math.trunc(performance.timeOrigin + performance.now()) % 2 ** 31 : Number(given);
  console.info(`${name}: ${numRuns} runs from TAU_SEED=${seed}`);
  return { seed, numRuns };
}
