import type { RunEnd } from './local-world.js';

/** What a run comes to: it is stored, it has stopped, it waits (told once), it has come to wait (told each time). */
type Moment = 'begun' | 'stopped' | 'waits' | 'rests';

interface Listener {
  readonly moment: Moment;
  readonly tell: (end?: RunEnd) => void;
}

/** Who waits for what a run comes to. Mostly that is nobody, or one. */
export class RunSignals {
  #isBegun = false;
  #end: RunEnd | undefined = undefined;
  #isHeard = false;
  #listeners: readonly Listener[] | undefined = undefined;

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Undefined while the run is this process's. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** Whether somebody is told how it stops. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Whether anybody asks if it waits. */
  get isAskedForRest(): boolean {
    return this.#listeners?.some(({ moment }) => moment === 'waits' || moment === 'rests') === true;
  }

  /** Called once the run is stored, or with what it stopped by before that. */
  onBegun(listener: (end?: RunEnd) => void): void {
    if (this.#end !== undefined) this.#isHeard = true;
    if (this.#isBegun || this.#end !== undefined) return listener(this.#end);
    this.#listen('begun', (end) => {
      if (end !== undefined) this.#isHeard = true;
      listener(end);
    });
  }

  /** Called once: at once if it has stopped already. */
  onStopped(listener: (end: RunEnd) => void): void {
    this.#isHeard = true;
    this.onEnd(listener);
  }

  /** The same for who only takes note of it: a failure is told to nobody by that. */
  onEnd(listener: (end: RunEnd) => void): void {
    if (this.#end !== undefined) listener(this.#end);
    else this.#listen('stopped', (end) => end !== undefined && listener(end));
  }

  /** Called once: when it waits, or has stopped before that. */
  onQuiet(listener: (end?: RunEnd) => void): void {
    this.#isHeard = true;
    if (this.#end !== undefined) listener(this.#end);
    else this.#listen('waits', listener);
  }

  /** Called whenever it has come to wait. */
  follow(listener: () => void): void {
    this.#listen('rests', listener);
  }

  heard(): void {
    this.#isHeard = true;
  }

  begun(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#tell('begun');
  }

  /** It waits. */
  quiet(): void {
    for (const { moment, tell } of this.#listeners ?? []) if (moment === 'rests') tell();
    this.#tell('waits');
  }

  /** The first end stands; it is told once what it leaves behind is in order. */
  stop(end: RunEnd): void {
    this.#end ??= end;
  }

  tellStopped(): void {
    this.#tell('begun');
    this.#tell('stopped');
    this.#tell('waits');
  }

  /** A list of its own for one listener takes no room for more. */
  #listen(moment: Moment, tell: Listener['tell']): void {
    this.#listeners = [...(this.#listeners ?? []), { moment, tell }];
  }

  /** Each once. */
  #tell(moment: Moment): void {
    const listeners = this.#listeners;
    if (listeners?.some((listener) => listener.moment === moment) !== true) return;
    const others = listeners.filter((listener) => listener.moment !== moment);
    this.#listeners = others.length === 0 ? undefined : others;
    for (const listener of listeners) if (listener.moment === moment) listener.tell(this.#end);
  }
}
