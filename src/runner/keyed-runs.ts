import type { Json, Outcome } from 'tau-core';
import { sizeOf } from './json-size.js';

/** Keys come again soon or not at all: occurrences of a schedule that are filled in twice, a delivery that is repeated. */
const RUNS_MAX = 10_000;
const BYTES_MAX = 32 * 1024 * 1024;

interface KeptOutcome {
  readonly outcome: Outcome;
  readonly bytes: number;
}

/**
 * How runs ended that were started with a key, where no store knows. Bounded: the oldest are forgotten, and would then be started
 * again.
 */
export class KeyedRuns {
  readonly #kept = new Map<string, KeptOutcome>();
  readonly #runsMax: number;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor({ runsMax = RUNS_MAX, bytesMax = BYTES_MAX }: { runsMax?: number; bytesMax?: number } = {}) {
    this.#runsMax = runsMax;
    this.#bytesMax = bytesMax;
  }

  get(runId: string): Outcome | undefined {
    return this.#kept.get(runId)?.outcome;
  }

  keep(runId: string, outcome: Outcome): void {
    const bytes = sizeOf(outcome as unknown as Json);
    this.#kept.set(runId, { outcome, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#kept) {
      if (oldest === runId || (this.#kept.size <= this.#runsMax && this.#bytes <= this.#bytesMax)) return;
      this.#kept.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
