/** How many steps a run of each shape has, and its size. */
export const SHAPES: {
  readonly [shape in 'sequence' | 'fan-out' | 'loop' | 'deep']: { readonly steps: number; readonly size: number };
};

/** Measures runs of shapes at 1 and at 50 at once, and prints one JSON object for each. */
export function measure(
  who: { readonly peer: string; readonly version: string; readonly storage: string; readonly durable: boolean },
  runs: { readonly [shape: string]: () => Promise<unknown> },
): Promise<void>;
