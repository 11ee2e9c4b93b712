import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { SeededRandom } from 'tau-core/testing';

/** Where a proxy leads, and when it cuts. */
export interface CuttingProxyOptions {
  /** Port of 127.0.0.1 that it leads to. */
  readonly port: number;
  readonly random: SeededRandom;
  /** A connection is cut after 1 to this many bytes towards the client, in the middle of a frame as likely as not. */
  readonly bytesMax: number;
  /** After so many cuts connections that have passed nothing yet live on; those already doomed are still cut. */
  readonly cutsMax: number;
}

/** A TCP proxy on 127.0.0.1 that cuts every connection at a random byte, without a farewell. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #options: CuttingProxyOptions;
  readonly #sockets = new Set<Socket>();
  #armed = false;
  /** Connections cut so far. */
  cuts = 0;

  private constructor(options: CuttingProxyOptions) {
    this.#options = options;
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(options: CuttingProxyOptions): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Starts cutting; until then everything passes. */
  arm(): void {
    this.#armed = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(client: Socket): void {
    const { port, random, bytesMax, cutsMax } = this.#options;
    const kernel = connect(port, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      kernel.destroy();
    };
    for (const socket of [client, kernel]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => kernel.write(chunk));
    // Bytes towards the client that are left to this connection; undefined while it may live on.
    let left: number | undefined;
    kernel.on('data', (chunk) => {
      if (this.#armed && this.cuts < cutsMax) left ??= 1 + random.int(bytesMax);
      if (left === undefined || chunk.length < left) {
        if (left !== undefined) left -= chunk.length;
        client.write(chunk);
        return;
      }
      this.cuts += 1;
      // What came before the cut arrives; a reset could throw it away.
      client.end(chunk.subarray(0, left));
      kernel.removeAllListeners('data').destroy();
    });
  }
}
