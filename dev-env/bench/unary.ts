import { fileURLToPath } from 'node:url';
import { connectKernel, type KernelChannel } from 'tau-core/client';
import { binScript } from '../src/harness/bins.ts';
import { freePort } from '../src/harness/ports.ts';
import { type Figure, figure } from './figure.ts';
import { median, timed } from './statistics.ts';
import { benchProcess } from './trio.ts';

const CALLS = 2_000;
const ROUNDS = 5;

/** A unary call's median, beside the same message from a bare nice-grpc server; the two take turns. */
export async function measureUnary(): Promise<Figure[]> {
  const echo = benchProcess('echo', fileURLToPath(new URL('echo-server.ts', import.meta.url)), []);
  const address = `127.0.0.1:${await freePort()}`;
  const kernel = benchProcess('kernel', binScript('tau-runtime-kernel', 'tau-kernel'), [
    '--listen',
    address,
    '--volatile',
    '--json',
  ]);
  const ready = JSON.parse(await echo.ready()) as { address: string };
  await kernel.ready();
  const [bare, tau] = [connectKernel({ address: ready.address }), connectKernel({ address })];
  try {
    await tau.sessions.createSession({ sessionId: 'bench' });
    await medianCallMs(bare);
    await medianCallMs(tau);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push((await medianCallMs(bare)) * 1_000);
      ours.push((await medianCallMs(tau)) * 1_000);
    }
    return [figure('unary call, p50', 'us', ours, theirs, { against: 'bare nice-grpc echo', bar: '<= 1.25x' })];
  } finally {
    bare.close();
    tau.close();
    await Promise.all([echo.stop(), kernel.stop()]);
  }
}

async function medianCallMs({ sessions }: KernelChannel): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1)
    times.push(await timed(() => sessions.getSession({ sessionId: 'bench' })));
  return median(times);
}
