import type { TauClient } from 'tau-core/client';

/** Tells when runs of a session have ended, over one subscription. */
export class RunEnds {
  readonly #client: TauClient;
  readonly #sessionId: string;
  readonly #ended = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(client: TauClient, sessionId: string) {
    this.#client = client;
    this.#sessionId = sessionId;
  }

  async listen(): Promise<void> {
    const { seq } = await this.#client.getSession(this.#sessionId);
    this.#done = this.#read(seq + 1);
  }

  /** Resolves when the run has ended well; it may have done so already. */
  of(runId: string): Promise<void> {
    if (this.#ended.delete(runId)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(runId, resolve));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #read(fromSeq: number): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const item of this.#client.subscribe(this.#sessionId, { fromSeq, types: ['tau.run.ended'], signal })) {
        if (item.kind === 'event') this.#take(item.event.data);
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  #take(data: string): void {
    const { runId, outcome } = JSON.parse(data) as { runId: string; outcome: { kind: string } };
    if (outcome.kind !== 'ok') throw new Error(`a run of the benchmark failed: ${data}`);
    const wake = this.#waiting.get(runId);
    this.#waiting.delete(runId);
    if (wake === undefined) this.#ended.add(runId);
    else wake();
  }
}
