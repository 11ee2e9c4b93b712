import { type Instant, instant } from '../vocabulary/instant.js';
import { type SeededRandom, seededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';

/** What a world is made from. The seed decides everything that happens in it. */
export interface WorldOptions {
  readonly seed: number;
  /** Milliseconds since the epoch at which its clock starts. */
  readonly startMs?: number;
  /** Event loop turns that make it quiet; default 1. More are for systems that put work off by `setImmediate`. */
  readonly turns?: number;
  /** Timers fired before a wait is given up as endless; default 1,000,000. */
  readonly stepsMax?: number;
}

const STEPS_MAX = 1_000_000;

/**
 * A system of promises under a virtual clock. Everything in it waits only for promises and for `clock`; then the seed
 * decides the whole course, and hours pass in milliseconds.
 *
 * A step is: let all promise jobs run until none is left, then move the clock to the next timer and fire it. That
 * none is left is not guessed by counting ticks: a turn of the event loop begins only after the queues of promise
 * jobs and of `process.nextTick` are empty, so one `setImmediate` is the exact sign, and the only one that Node gives.
 */
export class World {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly clock: VirtualClock;
  readonly #turns: number;
  readonly #stepsMax: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.random = seededRandom(options.seed);
    const ties = this.random.fork('ties');
    this.clock = new VirtualClock({
      tieBreak: () => ties.next(),
      ...(options.startMs === undefined ? {} : { startMs: options.startMs }),
    });
    this.#turns = options.turns ?? 1;
    this.#stepsMax = options.stepsMax ?? STEPS_MAX;
  }

  /** Starts something that lives in the background; should it fail, the wait in progress fails with its error. */
  spawn(task: () => Promise<unknown>): void {
    task().catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves after `ms` virtual milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.at(instant(this.clock.now() + ms), resolve);
    });
  }

  /** Resolves when no promise job is left: everything now waits for the clock, or for something that never comes. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < this.#turns; turn += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Runs until quiet, fires the next timer, runs until quiet again. False when no timer was set. */
  async step(): Promise<boolean> {
    await this.quiet();
    if (!this.clock.advanceToNext()) return false;
    await this.quiet();
    return true;
  }

  /** Lets `ms` virtual milliseconds pass. */
  async run(ms: number): Promise<void> {
    const end = instant(this.clock.now() + ms);
    await this.#stepWhile(() => true, end);
    this.clock.advance(end - this.clock.now());
  }

  /**
   * Steps until the predicate holds; at most `limitMs` virtual milliseconds.
   *
   * @throws Error naming the seed and the virtual time when it does not come true.
   */
  async until(predicate: () => boolean, limitMs: number): Promise<void> {
    const startedAt = this.clock.now();
    await this.#stepWhile(() => !predicate(), instant(startedAt + limitMs));
    if (predicate()) return;
    const waited = this.clock.nextAt === undefined ? 'nothing is set to happen any more' : `${limitMs} ms have passed`;
    throw new Error(
      `world ${this.seed}: ${waited} (${this.clock.now() - startedAt} ms), and the condition is not true`,
    );
  }

  /** Steps until the promise settles and gives what it gives; at most `limitMs` virtual milliseconds. */
  async result<Value>(promise: Promise<Value>, limitMs: number): Promise<Value> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    await this.until(() => settled, limitMs);
    return promise;
  }

  async #stepWhile(wanted: () => boolean, end: Instant): Promise<void> {
    await this.quiet();
    for (let steps = 0; wanted(); steps += 1) {
      const next = this.clock.nextAt;
      if (next === undefined || next > end) return;
      if (steps === this.#stepsMax) {
        throw new Error(`world ${this.seed}: ${steps} timers fired by ${this.clock.now()} without an end in sight`);
      }
      this.clock.advanceToNext();
      await this.quiet();
    }
  }
}
