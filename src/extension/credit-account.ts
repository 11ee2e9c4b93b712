/** How much work the kernel may have under way here at a time. */
export interface CreditOptions {
  /** Pieces of work; at least 1. */
  readonly creditItems: number;
  /** Bytes of input, as `workBytes` counts them. */
  readonly creditBytes: number;
}

/**
 * What work occupies here, and what of it is to be given back. Credit belongs to a stream: a new stream is granted
 * everything that is not occupied; from then on each piece of work that arrived gives back exactly what it took.
 */
export class CreditAccount {
  readonly #options: CreditOptions;
  #occupiedItems = 0;
  #occupiedBytes = 0;
  #owedItems = 0;
  #owedBytes = 0;

  constructor(options: CreditOptions) {
    this.#options = options;
  }

  /** Handlers that have not ended. */
  get occupied(): number {
    return this.#occupiedItems;
  }

  get owed(): number {
    return this.#owedItems;
  }

  /** A new stream's first grant. */
  renew(): void {
    this.#owedItems = Math.max(0, this.#options.creditItems - this.#occupiedItems);
    this.#owedBytes = Math.max(0, this.#options.creditBytes - this.#occupiedBytes);
  }

  /** The stream is gone, and with it what it was owed. */
  clear(): void {
    this.#owedItems = 0;
    this.#owedBytes = 0;
  }

  occupy(bytes: number): void {
    this.#occupiedItems += 1;
    this.#occupiedBytes += bytes;
  }

  release(bytes: number): void {
    this.#occupiedItems -= 1;
    this.#occupiedBytes -= bytes;
  }

  owe(bytes: number): void {
    this.#owedItems += 1;
    this.#owedBytes += bytes;
  }

  /** All that is owed, which then is not owed any more. */
  take(): { readonly items: number; readonly bytes: number } {
    const taken = { items: this.#owedItems, bytes: this.#owedBytes };
    this.clear();
    return taken;
  }
}
