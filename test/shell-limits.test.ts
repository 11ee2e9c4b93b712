import { describe, expect, it } from 'vitest';
import { KernelWorld } from './shell-world.js';

async function ready(world: KernelWorld): Promise<void> {
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
}

describe('what is too large to be journaled', () => {
  it('is refused, and the kernel goes on: an event whose JSON is larger than a record', async () => {
    const world = new KernelWorld(1);
    await ready(world);
    // A control character is one in the event, and six in JSON.
    const poison = { id: '1', source: 'x', type: 'x.y', data: '\u0001'.repeat(1_500_000) };
    await expect(world.result(world.client.publish('s/x', poison))).rejects.toMatchObject({ data: { id: 'TAU-1007' } });
    const next = { id: '2', source: 'x', type: 'x.y', data: '{}' };
    await expect(world.result(world.client.publish('s/y', next))).resolves.toMatchObject({ duplicate: false });
    await world.close();
  });

  it('ends a call as unknown when it is its result: the run does not wait for ever', async () => {
    const world = new KernelWorld(2);
    await ready(world);
    world.mountWorker(() => '\u0001'.repeat(1_500_000));
    await world.define('one', { steps: 1 });
    await world.result(world.client.ensureSession({ sessionId: 's' }));
    const { run } = await world.result(world.client.startRun({ sessionId: 's', definition: 'one' }));
    await world.world.until(() => world.kernel.table.find('s' as never)?.state.runs.size === 0, 60_000);
    expect((await world.result(world.client.getRun(run.runId))).outcome).toMatchObject({
      kind: 'unknown',
      error: { id: 'TAU-1007' },
    });
    await world.close();
  });

  it('is journaled in groups that fit a frame', async () => {
    const sizes: number[] = [];
    const world = new KernelWorld(3, {}, { beforeAnswer: () => world.world.sleep(50) });
    const append = world.journal.append.bind(world.journal);
    world.journal.append = (epoch, streams) => {
      sizes.push(streams.flatMap(({ records }) => records).reduce((sum, { data }) => sum + data.length, 0));
      return append(epoch, streams);
    };
    await ready(world);
    const data = 'x'.repeat(600_000);
    const published = Array.from({ length: 30 }, (_, index) =>
      world.client.publish('s/x', { id: String(index), source: 'x', type: 'x.y', data }),
    );
    await world.result(Promise.all(published));
    expect(Math.max(...sizes)).toBeLessThan(4 * 1024 * 1024);
    await world.close();
  });
});
