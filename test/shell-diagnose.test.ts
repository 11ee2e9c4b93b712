import { createClient } from 'tau-core/client';
import { connectExtension, defineExtension } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually, MemoryJournal } from 'tau-core/testing';
import { expect, it } from 'vitest';
import { embeddedChannel } from '../src/embedded/embedded-channel.js';
import { hosted } from '../src/machines/region/programs.js';
import { Kernel } from '../src/shell/kernel.js';
import { sequenceLanguage } from './shell-world.js';

it('of a journal that fails, only what mends it is advised', async () => {
  let isFull = false;
  const journal = new MemoryJournal({ fault: (operation) => (isFull && operation === 'append' ? 'before' : 'none') });
  const kernel = new Kernel({ languages: [hosted(sequenceLanguage)] }, { clock: systemClock, random: systemRandom });
  const channel = embeddedChannel(kernel);
  const client = createClient(channel);
  const advice = async (): Promise<readonly string[]> => {
    const { findings } = await client.admin.diagnose();
    return findings.filter(({ part }) => part === 'journal').map((finding) => finding.advice);
  };
  expect(await advice()).toEqual(['start one with "tau ext start local"']);
  const keeper = connectExtension(defineExtension({ name: 'keeper', version: '1', capabilities: [], journal }), {
    channel,
  });
  await eventually(() => kernel.journal.status === 'attached');

  isFull = true;
  const made = client.ensureSession({ sessionId: 's' });
  await eventually(() => kernel.journal.trouble !== undefined);
  expect(await advice()).toEqual(['make room on its disk, or mend it; appends are tried again']);
  isFull = false;
  await made;
  await eventually(() => kernel.journal.status === 'attached');
  expect(await advice()).toEqual(['']);
  await keeper.close();
  kernel.stop();
  channel.close();
});
