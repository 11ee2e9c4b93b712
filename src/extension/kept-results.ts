import type * as corev1 from '../contract/core-v1.js';
import type { UpFrame, WorkRef } from '../contract/extension-v1.js';
import { outcomeBytes, resultFrame, sameRef } from './attachment-frames.js';

interface Kept {
  readonly ref: WorkRef;
  readonly frame: UpFrame;
  readonly bytes: number;
}

/** A result as its handler gave it. */
export interface FinishedWork {
  readonly ref: WorkRef;
  readonly outcome: corev1.Outcome;
  readonly usage: corev1.Usage | undefined;
}

/** Results that wait for their acknowledgement; at most one to a piece of work. Oldest first. */
export class KeptResults {
  readonly #byWork = new Map<string, Kept>();
  #bytes = 0;

  get size(): number {
    return this.#byWork.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a result, in the place of an earlier attempt's. */
  keep(result: FinishedWork): UpFrame {
    const before = this.#byWork.get(result.ref.workId);
    if (before !== undefined) this.#remove(before);
    const kept: Kept = { ref: result.ref, frame: resultFrame(result), bytes: outcomeBytes(result.outcome) };
    this.#byWork.set(result.ref.workId, kept);
    this.#bytes += kept.bytes;
    return kept.frame;
  }

  /** Lets go of the result of this very attempt; another's stays. */
  forget(ref: WorkRef): void {
    const kept = this.#byWork.get(ref.workId);
    if (kept !== undefined && sameRef(kept.ref, ref)) this.#remove(kept);
  }

  /** What is kept about a piece of work, whatever the attempt. */
  of(workId: string): { readonly ref: WorkRef; readonly frame: UpFrame } | undefined {
    return this.#byWork.get(workId);
  }

  refs(): WorkRef[] {
    return Array.from(this.#byWork.values(), (kept) => kept.ref);
  }

  frames(): UpFrame[] {
    return Array.from(this.#byWork.values(), (kept) => kept.frame);
  }

  #remove(kept: Kept): void {
    this.#byWork.delete(kept.ref.workId);
    this.#bytes -= kept.bytes;
  }
}
