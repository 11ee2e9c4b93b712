import type { RunEnd } from './local-world.js';

/** Who waits for what a run comes to: that it has begun, that it waits, that it has stopped. */
export class RunSignals {
  #isBegun = false;
  #end: RunEnd | undefined;
  #onBegun: ((end?: RunEnd) => void)[] = [];
  #onStopped: ((end: RunEnd) => void)[] = [];
  #onQuiet: (() => void)[] = [];
  readonly #followers: (() => void)[] = [];

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Undefined while it is this process's. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** Whether anybody asks if it waits. */
  get isAskedForQuiet(): boolean {
    return this.#onQuiet.length > 0 || this.#followers.length > 0;
  }

  onBegun(listener: (end?: RunEnd) => void): void {
    if (this.#isBegun || this.#end !== undefined) listener(this.#end);
    else this.#onBegun.push(listener);
  }

  onStopped(listener: (end: RunEnd) => void): void {
    if (this.#end === undefined) this.#onStopped.push(listener);
    else listener(this.#end);
  }

  /** Told once. */
  onQuiet(listener: () => void): void {
    this.#onQuiet.push(listener);
  }

  /** Told each time. */
  follow(listener: () => void): void {
    this.#followers.push(listener);
  }

  begun(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#tellBegun();
  }

  quiet(): void {
    for (const follower of this.#followers) follower();
    const listeners = this.#onQuiet;
    this.#onQuiet = [];
    for (const listener of listeners) listener();
  }

  /** The first end stands. */
  stop(end: RunEnd): void {
    this.#end ??= end;
  }

  tellStopped(end: RunEnd): void {
    this.#tellBegun();
    const listeners = this.#onStopped;
    this.#onStopped = [];
    this.#onQuiet = [];
    for (const listener of listeners) listener(end);
  }

  #tellBegun(): void {
    const listeners = this.#onBegun;
    this.#onBegun = [];
    for (const listener of listeners) listener(this.#end);
  }
}
