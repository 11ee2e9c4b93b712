import { z } from 'zod';

const Figure = z.looseObject({ name: z.string(), unit: z.string(), ratio: z.number() });

/** What `make bench` writes, as far as it is compared. */
export const BenchResult = z.looseObject({
  date: z.string(),
  versions: z.looseObject({ commit: z.string() }),
  figures: z.array(Figure),
});

export type BenchResult = z.infer<typeof BenchResult>;

/** One figure then and now. */
export interface Change {
  readonly name: string;
  /** TAU over its peer or limit; undefined where the other result does not have the figure. */
  readonly before: number | undefined;
  readonly now: number | undefined;
  /** Above 1: TAU does better against the same peer than it did. Undefined unless both have the figure. */
  readonly gain: number | undefined;
  readonly verdict: 'better' | 'same' | 'worse' | 'new' | 'gone';
}

/** Shared machines repeat a ratio within about a quarter; what is further off is not noise. */
export const TOLERANCE = 0.3;

/** Rates are better when they are higher; times when they are lower. */
function gainOf(unit: string, before: number, now: number): number {
  return unit.endsWith('/s') ? now / before : before / now;
}

/** Compares two results by the ratios of their figures: those hardly move with the machine. */
export function compareResults(before: BenchResult, now: BenchResult): readonly Change[] {
  const earlier = new Map(before.figures.map((figure) => [figure.name, figure]));
  const changes = now.figures.map(({ name, unit, ratio }): Change => {
    const old = earlier.get(name);
    earlier.delete(name);
    if (old === undefined) return { name, before: undefined, now: ratio, gain: undefined, verdict: 'new' };
    const gain = gainOf(unit, old.ratio, ratio);
    const verdict = gain < 1 / (1 + TOLERANCE) ? 'worse' : gain > 1 + TOLERANCE ? 'better' : 'same';
    return { name, before: old.ratio, now: ratio, gain, verdict };
  });
  const gone = [...earlier.values()].map(
    ({ name, ratio }): Change => ({ name, before: ratio, now: undefined, gain: undefined, verdict: 'gone' }),
  );
  return [...changes, ...gone];
}
