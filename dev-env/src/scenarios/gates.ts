import { setImmediate } from 'node:timers/promises';

/** Puts handlers into an order: one waits until another one has answered. Nobody waits for time. */
export class Gates {
  readonly #open = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  open(name: string): void {
    this.#open.add(name);
    for (const go of this.#waiting.get(name) ?? []) go();
    this.#waiting.delete(name);
  }

  /** Resolves a turn after the gate is open: what whoever opened it returns is on its way by then. */
  async passed(name: string): Promise<void> {
    if (!this.#open.has(name)) {
      await new Promise<void>((resolve) => {
        this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
      });
    }
    await setImmediate();
  }

  /** The `index`-th of a line answers after those before it. */
  async inTurn<Answer>(line: string, index: number, answer: () => Answer): Promise<Answer> {
    if (index > 0) await this.passed(`${line} ${index - 1}`);
    try {
      return answer();
    } finally {
      this.open(`${line} ${index}`);
    }
  }
}

/** Never answers: ends when its caller gives it up. */
export function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
