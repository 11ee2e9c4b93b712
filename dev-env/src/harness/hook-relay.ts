import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Waits between tries to deliver again, in milliseconds; the last one is repeated. */
const RETRY_DELAYS_MS = [20, 50, 100, 250];
const FORWARD_MS_MAX = 10_000;
/** Headers that belong to one connection and are not passed on. */
const HOP_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

interface Stored {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Stands between the stand-in and the receiver, as GitHub's redelivery does: a delivery that was not answered with a
 * 2xx is delivered again, byte for byte and under the same delivery id, until it is. GitHub leaves the asking to its
 * users (`POST .../hooks/{id}/deliveries/{id}/attempts`); the stand-in has neither that call nor retries of its own.
 *
 * It changes nothing, and answers the stand-in with the outcome of the first try, so that the stand-in's own list of
 * deliveries tells the truth. A refusal (4xx) is repeated too: nothing that the stand-in signs may be refused.
 */
export class HookRelay {
  readonly #target: string;
  readonly #server: Server;
  readonly #waiting = new Set<NodeJS.Timeout>();
  #closed = false;
  /** Deliveries that came from the stand-in. */
  received = 0;
  /** Of those, the ones that the receiver has answered with a 2xx. */
  delivered = 0;
  /** Tries beyond each delivery's first. */
  redeliveries = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end());
    });
  }

  /** Listens on 127.0.0.1 and passes on to `target`. */
  static async start(target: string): Promise<HookRelay> {
    const relay = new HookRelay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhooks`;
  }

  /** Deliveries that are still to be accepted. */
  get pending(): number {
    return this.received - this.delivered;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage): Promise<number> {
    const stored: Stored = { headers: passedOn(request.headers), body: await readBody(request) };
    this.received += 1;
    const status = await this.#try(stored);
    if (status >= 300) this.#again(stored, 0);
    return status;
  }

  /** Delivers once; gives the receiver's status, or 502 when it did not answer. */
  async #try({ headers, body }: Stored): Promise<number> {
    try {
      const signal = AbortSignal.timeout(FORWARD_MS_MAX);
      const response = await fetch(this.#target, { method: 'POST', headers, body: new Uint8Array(body), signal });
      await response.arrayBuffer();
      if (response.ok) this.delivered += 1;
      return response.status;
    } catch {
      return 502;
    }
  }

  #again(stored: Stored, round: number): void {
    if (this.#closed) return;
    const timer = setTimeout(
      () => {
        this.#waiting.delete(timer);
        this.redeliveries += 1;
        void this.#try(stored).then((status) => {
          if (status >= 300) this.#again(stored, round + 1);
        });
      },
      RETRY_DELAYS_MS[Math.min(round, RETRY_DELAYS_MS.length - 1)],
    );
    this.#waiting.add(timer);
  }
}
