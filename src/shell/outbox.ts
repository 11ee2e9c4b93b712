/** Items given at once at most: several frames to a message, and a message within its limits. */
const BATCH_MAX = 64;

/**
 * What waits to be sent on one stream. Whoever pushes never waits: the amount is bounded by credits and by calls in
 * flight. Whoever sends takes all that came since its last turn, in batches.
 */
export class Outbox<Item> {
  #items: Item[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error: Error | undefined } | undefined;

  push(item: Item): void {
    this.#items.push(item);
    this.#ring();
  }

  /** No more items: the stream ends after those that wait, with the error if there is one. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#ring();
  }

  async *batches(signal: AbortSignal): AsyncGenerator<Item[], void, undefined> {
    const wake = (): void => this.#ring();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        if (this.#items.length > 0) {
          const batch = this.#items.slice(0, BATCH_MAX);
          this.#items = this.#items.slice(BATCH_MAX);
          yield batch;
        } else if (this.#end !== undefined) {
          if (this.#end.error !== undefined) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #ring(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
