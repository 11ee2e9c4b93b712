import { createServer } from 'node:net';

/**
 * Ports are taken from below the range that systems give to outgoing connections. A port from that range could be lent
 * to a client's socket while the process that listens on it is being restarted.
 */
const PORT_FIRST = 20_000;
/** Each of the processes that run test files at the same time has ports of its own: one that is free now is taken by another one soon. */
const POOLS = 10;
const POOL_PORTS = 1_000;
/** Tries before giving up; with a machine that has a thousand listeners there something else is wrong. */
const TRIES_MAX = 200;

const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Vitest numbers them from 1; whoever else asks has those of pool 0. */
function pool(): number {
  return Number(process.env['VITEST_POOL_ID'] ?? 0) % POOLS;
}

/** A port of 127.0.0.1 on which nobody listens, and which this process has not given before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = PORT_FIRST + pool() * POOL_PORTS + Math.floor(Math.random() * POOL_PORTS);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port found on 127.0.0.1 in ${TRIES_MAX} tries`);
}
