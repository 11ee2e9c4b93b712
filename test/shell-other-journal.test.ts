import { createClient } from 'tau-core/client';
import { type AttachedExtension, connectExtension, defineExtension } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually, MemoryJournal } from 'tau-core/testing';
import { expect, it } from 'vitest';
import { embeddedChannel } from '../src/embedded/embedded-channel.js';
import { hosted } from '../src/machines/region/programs.js';
import { Kernel } from '../src/shell/kernel.js';
import { sequenceLanguage } from './shell-world.js';

function startKernel() {
  const kernel = new Kernel({ languages: [hosted(sequenceLanguage)] }, { clock: systemClock, random: systemRandom });
  const channel = embeddedChannel(kernel);
  /** One extension, as far as it says: the same name and instance, whatever folder it was started with. */
  const attach = (journal: MemoryJournal, failures: string[] = []): AttachedExtension =>
    connectExtension(defineExtension({ name: 'keeper', version: '1', capabilities: [], journal }), {
      channel,
      onState: (_, error) => void (error === undefined || failures.push(error.message)),
    });
  const stop = (): void => {
    kernel.stop();
    channel.close();
  };
  return { kernel, client: createClient(channel), attach, stop };
}

it('another journal under the same name is not written to, and the right one goes on where it was', async () => {
  const { kernel, client, attach, stop } = startKernel();
  const right = new MemoryJournal();
  const first = attach(right);
  await eventually(() => kernel.journal.status === 'attached');
  await client.ensureSession({ sessionId: 'before' });
  await first.close();
  await eventually(() => kernel.journal.status === 'away');

  // It was claimed as often as the right one, and has a session of its own.
  const wrong = new MemoryJournal();
  const epoch = await wrong.claim('another kernel');
  expect(epoch).toBe(kernel.journal.epoch);
  const failures: string[] = [];
  const other = attach(wrong, failures);
  const made = client.ensureSession({ sessionId: 'meanwhile' });
  await eventually(() =>
    failures.some((message) => message.includes('which this kernel has written: it is another one')),
  );
  expect(kernel.journal.status).toBe('away');
  expect(await wrong.list('', 10)).toEqual([]);
  await other.close();

  const again = attach(right);
  await made;
  expect((await right.list('', 10)).map(({ stream }) => stream)).toEqual(['before', 'meanwhile']);
  await again.close();
  stop();
});

it('a journal that is lost while it is read is read from the start, whichever comes next', async () => {
  const { kernel, client, attach, stop } = startKernel();
  const [slow, full] = [new MemoryJournal(), new MemoryJournal()];
  const { client: earlier, attach: attachEarlier, kernel: writer, stop: stopEarlier } = startKernel();
  const filling = attachEarlier(full);
  await eventually(() => writer.journal.status === 'attached');
  await earlier.ensureSession({ sessionId: 'kept' });
  await filling.close();
  stopEarlier();

  let asked = 0;
  const list = (): Promise<never> => {
    asked += 1;
    return new Promise(() => undefined);
  };
  Object.assign(slow, { list });
  const first = attach(slow);
  await eventually(() => asked === 1);
  await first.close();
  const second = attach(full);
  await eventually(() => kernel.journal.status === 'attached');
  expect((await client.getSession('kept')).sessionId).toBe('kept');
  expect(kernel.journal.epoch).toBe(2);
  await second.close();
  stop();
});
