import { describe, expect, it } from 'vitest';
import { KernelWorld } from './shell-world.js';

describe('a kernel that has not read its journal yet', () => {
  it('does not say that a session is not there: a watcher waits, and goes on where it was', async () => {
    const world = new KernelWorld(1);
    world.mountJournal();
    await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
    await world.result(world.client.publish('s1', { id: '1', source: 't', type: 't.one', data: '{}' }));
    world.restartKernel();
    await expect(world.result(world.client.getSession('s1'))).rejects.toMatchObject({
      data: { id: 'TAU-2001', retryable: true },
    });
    const seen: string[] = [];
    const { client } = world;
    world.world.spawn(async () => {
      for await (const item of client.subscribe('s1', { fromSeq: 1, types: ['t.*'] })) {
        if (item.kind === 'event') seen.push(item.event.id);
      }
    });
    await world.world.run(1_000);
    world.mountJournal();
    await world.world.until(() => seen.length === 1, 60_000);
    await expect(world.result(world.client.getSession('no-such'))).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    await world.close();
  });
});
