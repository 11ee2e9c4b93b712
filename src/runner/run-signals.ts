import type { RunEnd } from './local-world.js';

/** Who waits for what a run comes to: that it has begun, that it waits, that it has stopped. Mostly that is nobody, or one. */
export class RunSignals {
  #isBegun = false;
  #end: RunEnd | undefined;
  #onBegun: ((end?: RunEnd) => void)[] | undefined;
  #onStopped: ((end: RunEnd) => void)[] | undefined;
  #onQuiet: ((end?: RunEnd) => void)[] | undefined;
  #followers: (() => void)[] | undefined;

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Undefined while it is this process's. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** Whether anybody asks if it waits. */
  get isAskedForQuiet(): boolean {
    return this.#onQuiet !== undefined || this.#followers !== undefined;
  }

  onBegun(listener: (end?: RunEnd) => void): void {
    if (this.#isBegun || this.#end !== undefined) listener(this.#end);
    else this.#onBegun = withListener(this.#onBegun, listener);
  }

  onStopped(listener: (end: RunEnd) => void): void {
    if (this.#end !== undefined) listener(this.#end);
    else this.#onStopped = withListener(this.#onStopped, listener);
  }

  /** Told once: that it waits, or how it stopped before that. */
  onQuiet(listener: (end?: RunEnd) => void): void {
    if (this.#end !== undefined) listener(this.#end);
    else this.#onQuiet = withListener(this.#onQuiet, listener);
  }

  /** Told each time. */
  follow(listener: () => void): void {
    this.#followers = withListener(this.#followers, listener);
  }

  begun(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#tellBegun();
  }

  quiet(): void {
    for (const follower of this.#followers ?? []) follower();
    const listeners = this.#onQuiet;
    this.#onQuiet = undefined;
    for (const listener of listeners ?? []) listener();
  }

  /** The first end stands. */
  stop(end: RunEnd): void {
    this.#end ??= end;
  }

  tellStopped(end: RunEnd): void {
    this.#tellBegun();
    const listeners = [...(this.#onStopped ?? []), ...(this.#onQuiet ?? [])];
    this.#onStopped = undefined;
    this.#onQuiet = undefined;
    for (const listener of listeners) listener(end);
  }

  #tellBegun(): void {
    const listeners = this.#onBegun;
    this.#onBegun = undefined;
    for (const listener of listeners ?? []) listener(this.#end);
  }
}

/** A list of its own for one listener takes no room for more. */
function withListener<Listener>(listeners: readonly Listener[] | undefined, listener: Listener): Listener[] {
  return listeners === undefined ? [listener] : [...listeners, listener];
}
