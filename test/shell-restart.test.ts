import { connectKernel, createClient } from 'tau-core/client';
import { action, connectExtension, defineExtension } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually, MemoryJournal } from 'tau-core/testing';
import { expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { serveKernel } from '../src/server/kernel-server.js';
import { Kernel } from '../src/shell/kernel.js';
import { sequenceLanguage } from './shell-world.js';

async function startKernel(listen: string) {
  const kernel = new Kernel({ languages: [hosted(sequenceLanguage)] }, { clock: systemClock, random: systemRandom });
  const server = await serveKernel(kernel, { listen });
  const stop = (): void => {
    kernel.stop();
    server.stop();
  };
  return { kernel, address: server.address, stop };
}

it('a restarted kernel takes up work that the extension with its journal has had all along', async () => {
  let calls = 0;
  const released = Promise.withResolvers<void>();
  const work = action('work@v1', { description: 'waits' }, async () => {
    calls += 1;
    await released.promise;
    return 'done';
  });
  const first = await startKernel('127.0.0.1:0');
  const channel = connectKernel({ address: first.address });
  const extension = defineExtension({ name: 'both', version: '1', capabilities: [work], journal: new MemoryJournal() });
  const attached = connectExtension(extension, { channel });
  await attached.attached();
  await eventually(() => first.kernel.journal.status === 'attached');
  const client = createClient(channel);
  await client.ensureSession({ sessionId: 's' });
  await client.putDefinition({ name: 'one', source: '{"steps":1}', program: 'sequence' });
  const { run } = await client.startRun({ sessionId: 's', definition: 'one' });
  await eventually(() => calls === 1);

  first.stop();
  const second = await startKernel(first.address);
  await eventually(() => second.kernel.journal.status === 'attached');
  released.resolve();
  for await (const item of client.watchRun(run.runId))
    if (item.kind === 'event' && item.event.type === 'run.ended') break;
  expect((await client.getRun(run.runId)).outcome).toEqual({ kind: 'ok', output: ['done'] });
  expect(calls).toBe(1);
  await attached.close();
  channel.close();
  second.stop();
});
