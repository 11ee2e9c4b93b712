declare const instantBrand: unique symbol;

/** Milliseconds since the Unix epoch, as told by the shell; a whole number, at least 0. */
export type Instant = number & { readonly [instantBrand]: 'Instant' };

/** Takes a number of milliseconds since the epoch as an instant. The caller vouches for where it came from. */
export function instant(ms: number): Instant {
  return Math.trunc(ms) as Instant;
}

/** The instant `ms` milliseconds later. */
export function later(from: Instant, ms: number): Instant {
  return (from + ms) as Instant;
}

/** The earlier of two instants, where either may be absent. */
export function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a < b ? a : b;
}
