import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { extensionv1 } from 'tau-core/contract';
import { freePort } from '../src/harness/ports.ts';
import { APPENDED, connected, Mailbox } from './bare-chain-wire.ts';
import { benchProcess, newFolder } from './trio.ts';

/**
 * The limit for durable steps one after another through three processes: the same four hops over bare nice-grpc streams, with one
 * record inserted and synced in the middle, and nothing else. This process is the worker: its message goes to the one in the
 * middle, which asks the journal, and gives it its next work once that has answered.
 */
export class BareChain {
  readonly #steps = new Mailbox<extensionv1.BulkRequest>();
  readonly #answers: AsyncIterator<extensionv1.BulkResponse>;
  readonly #stop: () => Promise<void>;

  private constructor(address: string, stop: () => Promise<void>) {
    this.#answers = connected(address).bulk(this.#steps.taken())[Symbol.asyncIterator]();
    this.#stop = stop;
    // The first message only says who this is.
    this.#steps.put(APPENDED);
  }

  static async start(): Promise<BareChain> {
    const address = `127.0.0.1:${await freePort()}`;
    const folder = newFolder();
    const script = fileURLToPath(new URL('bare-chain-roles.ts', import.meta.url));
    const middle = benchProcess('middle', script, ['middle', address, folder]);
    await middle.ready();
    const journal = benchProcess('journal', script, ['journal', address, folder]);
    await journal.ready();
    return new BareChain(address, async () => {
      await Promise.all([journal.stop(), middle.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** One after another. */
  async stepsPerSecond(steps: number): Promise<number> {
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) {
      this.#steps.put(APPENDED);
      await this.#answers.next();
    }
    return (steps * 1_000) / (performance.now() - start);
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
