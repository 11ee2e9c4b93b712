import { tauError } from '../vocabulary/tau-error.js';

/** The two numbers of an event that chain it to the one before it. */
export interface ChainLink {
  readonly seq: number;
  readonly prevSeq: number;
}

/**
 * Follows the events of one run and proves that none is missing and none came twice: each names the one before it.
 *
 * 1. `nextSeq` is where to go on after a cut; it only grows.
 * 2. An event before `nextSeq` came twice, or out of order.
 * 3. An event whose predecessor is at or after the place where the watch stood has lost that predecessor.
 */
export class RunChain {
  readonly #runId: string;
  #nextSeq: number;
  /** The last event seen; undefined at the start and after a gap, where only a bound of it is known. */
  #lastSeq: number | undefined;

  constructor(runId: string, fromSeq: number) {
    this.#runId = runId;
    this.#nextSeq = fromSeq;
  }

  /** The first sequence number that is still wanted; 0 is the run's first event. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /**
   * Takes the next event.
   *
   * @throws TauError INTERNAL when the chain is broken.
   */
  take({ seq, prevSeq }: ChainLink): void {
    if (seq < this.#nextSeq) this.#fail(`event ${seq} came after the stream had passed it, at ${this.#nextSeq}`);
    if (this.#lastSeq !== undefined && prevSeq !== this.#lastSeq) {
      this.#fail(`event ${seq} follows event ${prevSeq}, but the last one seen is ${this.#lastSeq}`);
    }
    if (this.#lastSeq === undefined && prevSeq >= Math.max(this.#nextSeq, 1)) {
      this.#fail(`event ${seq} follows event ${prevSeq}, which was not given although asked from ${this.#nextSeq}`);
    }
    this.#lastSeq = seq;
    this.#nextSeq = seq + 1;
  }

  /** Takes a gap: nothing up to `toSeq` will be given. */
  passGap(toSeq: number): void {
    if (toSeq < this.#nextSeq) return;
    this.#lastSeq = undefined;
    this.#nextSeq = toSeq + 1;
  }

  #fail(what: string): never {
    throw tauError('INTERNAL', `the watch of run ${this.#runId} is broken: ${what}; read it again with history`);
  }
}
