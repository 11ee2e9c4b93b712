import { fileURLToPath } from 'node:url';
import { createClient } from 'tau-core/client';
import { systemClock, systemRandom } from 'tau-core/node';
import { workflowLanguage } from 'tau-orchestrate';
import { embeddedChannel, hosted, Kernel } from 'tau-runtime-kernel';
import { binScript } from '../src/harness/bins.ts';
import { freePort } from '../src/harness/ports.ts';
import { type Figure, figure } from './figure.ts';
import { timed } from './statistics.ts';
import { benchProcess } from './trio.ts';

const ROUNDS = 7;

/** From nothing to the first answer: embedded, and as a process beside a bare nice-grpc server's start. */
export async function measureStart(): Promise<Figure[]> {
  const [embedded, process, bare]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await timed(() => startAndStop(fileURLToPath(new URL('echo-server.ts', import.meta.url)), [])));
    const args = ['--listen', `127.0.0.1:${await freePort()}`, '--volatile', '--json'];
    process.push(await timed(() => startAndStop(binScript('tau-runtime-kernel', 'tau-kernel'), args)));
    embedded.push(await timed(startEmbedded));
  }
  return [
    figure('kernel start, as a process', 'ms', process, bare, { against: 'bare nice-grpc server as a process' }),
    figure('kernel start, embedded', 'ms', embedded, process, { against: 'the kernel as a process' }),
  ];
}

async function startAndStop(script: string, args: readonly string[]): Promise<void> {
  const running = benchProcess('start', script, args);
  await running.ready();
  void running.kill();
}

async function startEmbedded(): Promise<void> {
  const kernel = new Kernel(
    { languages: [hosted(workflowLanguage)], volatile: true },
    { clock: systemClock, random: systemRandom },
  );
  const channel = embeddedChannel(kernel);
  await createClient(channel).info();
  channel.close();
  kernel.stop();
}
