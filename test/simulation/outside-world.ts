import { errorData, type Outcome } from 'tau-core';
import type { SeededRandom } from 'tau-core/testing';
import type { WorkRef } from '../../src/machines/dispatch/state.js';

const ENDLESS_MS = 1_000_000;

/** What handlers do in the world outside, and whether they were warned that it may have been done already. */
export class OutsideWorld {
  /** Work that began and may have had its effect. */
  readonly #maybeDone = new Set<string>();
  readonly #random: SeededRandom;
  calm = false;
  begun = 0;
  redelivered = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A handler begins. If an earlier one may have had the same effect, it must have been told. */
  begin(workId: string, redelivered: boolean, where: string): void {
    this.begun += 1;
    if (redelivered) this.redelivered += 1;
    if (this.#maybeDone.has(workId) && !redelivered)
      throw new Error(`${workId} begins again at ${where}, and is not told so`);
    this.#maybeDone.add(workId);
  }

  end(workId: string, outcome: Outcome): void {
    const undone =
      (outcome.kind === 'failed' && outcome.error.outcome === 'not-done') || outcome.kind === 'inputRequired';
    if (undone) this.#maybeDone.delete(workId);
  }

  /** How long a handler takes, and what comes of it. */
  plan(ref: WorkRef): { readonly durationMs: number; readonly outcome: Outcome } {
    const durationMs = !this.calm && this.#random.int(30) === 0 ? ENDLESS_MS : this.#random.int(400);
    return { durationMs, outcome: this.#outcome(ref) };
  }

  #outcome(ref: WorkRef): Outcome {
    if (this.calm) return { kind: 'ok', output: ref.attempt };
    switch (this.#random.int(12)) {
      case 0:
        return { kind: 'failed', error: errorData('QUEUE_FULL', 'busy') };
      case 1:
        return { kind: 'failed', error: errorData('GITHUB_UNREACHABLE', 'cut off') };
      case 2:
        return { kind: 'unknown', error: errorData('WORK_LOST', 'who knows') };
      case 3:
        return { kind: 'inputRequired', question: 'really?' };
      default:
        return { kind: 'ok', output: ref.attempt };
    }
  }
}
