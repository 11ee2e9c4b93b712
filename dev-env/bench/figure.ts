/** One measured comparison: TAU beside its peer or its limit, in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly tau: number;
  readonly other: number;
  /** What `other` is. */
  readonly against: string;
  /** tau / other. */
  readonly ratio: number;
  readonly rounds: number;
  /** The bar, in words, from the peers' figures; absent where there is none. */
  readonly bar?: string;
}

export function figure(
  name: string,
  unit: string,
  tau: readonly number[],
  other: readonly number[],
  options: { readonly against: string; readonly bar?: string },
): Figure {
  const [ours, theirs] = [middle(tau), middle(other)];
  return { name, unit, tau: ours, other: theirs, ratio: ours / theirs, rounds: tau.length, ...options };
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
