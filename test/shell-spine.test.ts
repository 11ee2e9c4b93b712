import { describe, expect, it } from 'vitest';
import { KernelWorld } from './shell-world.js';

async function ready(world: KernelWorld): Promise<void> {
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
}

describe('an embedded kernel with its journal and a worker', () => {
  it('runs a sequence durably and gives its outcome', async () => {
    const world = new KernelWorld(1);
    world.mountJournal();
    world.mountWorker(async ({ index }) => ({ did: index ?? null }));
    await ready(world);
    await world.define('three', { steps: 3 });
    await world.result(world.client.ensureSession({ sessionId: 's1' }));
    const { run } = await world.result(world.client.startRun({ sessionId: 's1', definition: 'three' }));
    const seen: string[] = [];
    const watch = (async () => {
      for await (const item of world.client.watchRun(run.runId)) if (item.kind === 'event') seen.push(item.event.type);
    })();
    await world.result(watch);
    const done = await world.result(world.client.getRun(run.runId));
    expect(done.status).toBe('succeeded');
    expect(done.outcome).toEqual({ kind: 'ok', output: [{ did: 0 }, { did: 1 }, { did: 2 }] });
    expect(seen).toEqual(['run.started', 'run.advanced', 'run.advanced', 'run.advanced', 'run.advanced', 'run.ended']);
    const validations = await world.result(world.client.admin.validate());
    expect(validations.every((validation) => validation.equal)).toBe(true);
    expect(world.logs.filter((entry) => entry.level === 'error')).toEqual([]);
    await world.close();
  });

  it('refuses a durable session while there is no journal, and says what to do', async () => {
    const world = new KernelWorld(2);
    await expect(world.result(world.client.ensureSession({ sessionId: 's1' }))).rejects.toMatchObject({
      data: { id: 'TAU-2001', retryable: true },
    });
    await expect(
      world.result(world.client.ensureSession({ sessionId: 's2', durability: 'volatile' })),
    ).resolves.toBeDefined();
    await world.close();
  });

  it('goes on after the kernel was killed in the middle of a call, with the same attempt and one effect', async () => {
    const world = new KernelWorld(3);
    const calls: { index: number; redelivered: boolean }[] = [];
    const handler = async ({ index }: { index?: unknown }, context: { redelivered: boolean }) => {
      calls.push({ index: Number(index), redelivered: context.redelivered });
      await world.world.sleep(200);
      return Number(index);
    };
    world.mountJournal();
    world.mountWorker(handler as never);
    await ready(world);
    await world.define('two', { steps: 2 });
    await world.result(world.client.ensureSession({ sessionId: 's1' }));
    const { run } = await world.result(world.client.startRun({ sessionId: 's1', definition: 'two' }));
    await world.world.run(300);
    world.restartKernel();
    world.mountJournal();
    world.mountWorker(handler as never);
    await ready(world);
    await world.world.until(() => world.kernel.table.find('s1' as never)?.state.runs.size === 0, 60_000);
    const done = await world.result(world.client.getRun(run.runId));
    expect(done.outcome).toEqual({ kind: 'ok', output: [0, 1] });
    expect(calls.at(-1)).toEqual({ index: 1, redelivered: true });
    await world.close();
  });
});
