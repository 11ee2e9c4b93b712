import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectKernel, createClient, type KernelChannel, type TauClient } from 'tau-core/client';
import { action, connectExtension, defineExtension } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { localExtension, openSqliteJournal } from 'tau-ext-local';
import { flowLanguage, workflowLanguage } from 'tau-orchestrate';
import { embeddedChannel, hosted, Kernel } from 'tau-runtime-kernel';
import { binScript } from '../src/harness/bins.ts';
import { ownFolder } from '../src/harness/owned.ts';
import { freePort } from '../src/harness/ports.ts';
import { type ProcessSpec, RunningProcess } from '../src/harness/process.ts';

/** A kernel with its journal and a worker, however they are put together. */
export interface Trio {
  readonly client: TauClient;
  readonly channel: KernelChannel;
  stop(): Promise<void>;
}

const isReady = (line: string): boolean =>
  line.startsWith('{') && (JSON.parse(line) as { event?: string }).event === 'ready';

export function benchProcess(name: string, script: string, args: readonly string[]): RunningProcess {
  const spec: ProcessSpec = { name, script, args, isReady };
  return new RunningProcess(spec);
}

/** Kernel, journal and worker in three processes, over TCP. */
export async function threeProcesses(): Promise<Trio> {
  const folder = newFolder();
  const address = `127.0.0.1:${await freePort()}`;
  const kernel = benchProcess('kernel', binScript('tau-runtime-kernel', 'tau-kernel'), ['--listen', address, '--json']);
  await kernel.ready();
  const local = benchProcess('journal', binScript('tau-ext-local', 'tau-ext-local'), [
    '--kernel',
    address,
    '--data',
    folder,
    '--json',
  ]);
  const worker = benchProcess('worker', fileURLToPath(new URL('worker.ts', import.meta.url)), [address]);
  await Promise.all([local.ready(), worker.ready()]);
  const channel = connectKernel({ address });
  return {
    channel,
    client: createClient(channel),
    stop: async () => {
      channel.close();
      await Promise.all([worker.stop(), local.stop()]);
      await kernel.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All three in this process, without sockets. */
export async function oneProcess(): Promise<Trio> {
  const folder = newFolder();
  const journal = await openSqliteJournal({ folder });
  const languages = [hosted(workflowLanguage), hosted(flowLanguage)];
  const kernel = new Kernel({ languages }, { clock: systemClock, random: systemRandom });
  const channel = embeddedChannel(kernel);
  const local = connectExtension(localExtension({ journal }), { channel });
  const echo = action('bench/echo@v1', { description: 'gives its input back' }, (input) => input);
  const worker = connectExtension(defineExtension({ name: 'bench-worker', version: '1', capabilities: [echo] }), {
    channel,
    creditItems: 1_024,
  });
  await Promise.all([local.attached(), worker.attached()]);
  const recovered = new Promise<void>((resolve) =>
    kernel.journal.onStatus((status) => status === 'attached' && resolve()),
  );
  await recovered;
  return {
    channel,
    client: createClient(channel),
    stop: async () => {
      await Promise.all([worker.close(), local.close()]);
      kernel.stop();
      channel.close();
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tau-bench-'));
  ownFolder(folder);
  return folder;
}
