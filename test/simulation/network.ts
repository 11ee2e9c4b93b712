import type { Outcome } from 'tau-core';
import type { SeededRandom } from 'tau-core/testing';
import type { WorkRef } from '../../src/machines/dispatch/state.js';
import type { FrameEffect } from '../../src/shell/dispatcher.js';
import type { Agenda } from './agenda.js';

/** What an extension sends up. */
export type UpFrame =
  | {
      readonly type: 'hello';
      readonly registrationId: string;
      readonly running: readonly WorkRef[];
      readonly kept: readonly WorkRef[];
    }
  | { readonly type: 'credit'; readonly items: number; readonly bytes: number }
  | { readonly type: 'result'; readonly ref: WorkRef; readonly outcome: Outcome }
  | { readonly type: 'alive' }
  | { readonly type: 'leaving' };

/** What the kernel sends down; `closed` is the stream's end by the kernel, with the error's id. */
export type DownFrame = FrameEffect | { readonly type: 'closed'; readonly error: string };

/**
 * One stream: frames arrive late, in order, and those under way when it is cut never do. Each side notices the cut in
 * its own time, or by what else it hears.
 */
export class Stream {
  cut = false;
  readonly #agenda: Agenda;
  readonly #random: SeededRandom;
  readonly #latencyMaxMs: number;
  #lastUp = 0;
  #lastDown = 0;

  constructor(agenda: Agenda, random: SeededRandom, latencyMaxMs: number) {
    this.#agenda = agenda;
    this.#random = random;
    this.#latencyMaxMs = latencyMaxMs;
  }

  up(frame: UpFrame, deliver: (frame: UpFrame) => void): void {
    this.#lastUp = this.#deliver(this.#lastUp, () => deliver(frame));
  }

  down(frame: DownFrame, deliver: (frame: DownFrame) => void): void {
    this.#lastDown = this.#deliver(this.#lastDown, () => deliver(frame));
  }

  #deliver(after: number, arrive: () => void): number {
    const at = Math.max(after, this.#agenda.now + this.#random.int(this.#latencyMaxMs));
    this.#agenda.at(at, () => {
      if (!this.cut) arrive();
    });
    return at;
  }
}
