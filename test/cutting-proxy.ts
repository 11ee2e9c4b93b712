import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What becomes of requests whose first line matches. */
export type Cut =
  /** Forwarded; the connection is cut when the answer comes, before any of it is passed on. */
  | 'answer'
  /** Forwarded; the answer is swallowed and the connection stays. */
  | 'silence';

/** A way to another server that can lose what comes back. */
export interface CuttingProxy {
  readonly url: string;
  /** `<method> <path>` of every request that was forwarded. */
  readonly forwarded: readonly string[];
  /** Answers that were lost. */
  readonly lost: number;
  /** From the next request on; `times` counts the answers that get lost, after which all is passed on again. */
  cut(how: Cut, matching: RegExp, times?: number): void;
  close(): Promise<void>;
}

interface Plan {
  readonly how: Cut;
  readonly matching: RegExp;
  left: number;
}

/** Forwards TCP connections to a port of this machine. Reads along, so it takes plain HTTP/1.1 without pipelining. */
export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  let plan: Plan | undefined;
  let lost = 0;

  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let doomed: Cut | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      const line = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1'))?.[1];
      if (line !== undefined) {
        forwarded.push(line);
        doomed = undefined;
        if (plan !== undefined && plan.left > 0 && plan.matching.test(line)) {
          plan.left -= 1;
          doomed = plan.how;
        }
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (doomed === undefined) {
        client.write(chunk);
        return;
      }
      lost += 1;
      if (doomed === 'answer') client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    forwarded,
    get lost() {
      return lost;
    },
    cut: (how, matching, times = 1) => {
      plan = { how, matching, left: times };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
