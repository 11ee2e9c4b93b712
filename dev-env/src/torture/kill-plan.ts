import { seededRandom } from 'tau-core/testing';

/** The processes that are killed. The stand-in is not: it keeps nothing on disk, as GitHub would. */
export const VICTIMS = ['kernel', 'local', 'github'] as const;

export type Victim = (typeof VICTIMS)[number];

/** One kill, `atMs` after the first issue. */
export interface Kill {
  readonly victim: Victim;
  readonly atMs: number;
}

/**
 * Moments of kills, in order: `each` for every victim, one drawn in every `each`-th part of the duration, so that a
 * seed covers start, middle and end.
 */
export function killPlan(seed: number, each: number, durationMs: number): readonly Kill[] {
  const random = seededRandom(seed);
  const kills = VICTIMS.flatMap((victim) =>
    Array.from({ length: each }, (_, index) => ({
      victim,
      atMs: Math.round(((index + random.next()) * durationMs) / each),
    })),
  );
  return kills.sort((a, b) => a.atMs - b.atMs);
}
