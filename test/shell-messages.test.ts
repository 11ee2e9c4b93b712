import { type JsonObject, runId } from 'tau-core';
import { jsonContent } from 'tau-core/client';
import { flowLanguage } from 'tau-orchestrate';
import { expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { KernelWorld } from './shell-world.js';

async function worldOf(seed: number): Promise<KernelWorld> {
  const world = new KernelWorld(seed, { languages: [hosted(flowLanguage)] });
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
  return world;
}

const receive = (name: string, when: string): JsonObject => ({ name, node: { kind: 'receive', when } });

async function put(world: KernelWorld, ...nodes: readonly JsonObject[]): Promise<void> {
  const source = JSON.stringify({ format: 1, name: 'shop', root: { kind: 'chain', nodes } });
  const put = await world.result(world.client.putDefinition({ name: 'shop', program: 'flow', source }));
  expect(put).toMatchObject({ accepted: true });
}

const start = async (world: KernelWorld): Promise<string> =>
  (await world.result(world.client.startRun({ sessionId: 's', definition: 'shop' }))).run.runId;

const send = (world: KernelWorld, id: string, content: JsonObject, mode: 'steer' | 'append' = 'steer') =>
  world.result(world.client.sendInput(id, { mode, content: jsonContent(content) }));

it('a run that waits for a message alone can be forked, with what it has kept', async () => {
  const world = await worldOf(1);
  await put(world, receive('order', "message.kind == 'order'"), receive('paid', "message.kind == 'paid'"));
  const id = await start(world);
  await send(world, id, { kind: 'paid' });
  const { runId: fork } = await world.result(world.client.forkRun(id));
  await send(world, fork, { kind: 'order' });
  expect(await world.result(world.client.getRun(fork))).toMatchObject({
    outcome: { kind: 'ok', output: { kind: 'paid' } },
  });
  expect(await world.result(world.client.getRun(id))).toMatchObject({ status: 'running' });
  await world.close();
});

it('before it has begun nothing can come of a message: there it cannot be forked', async () => {
  const world = await worldOf(2);
  await put(world, receive('order', "message.kind == 'order'"));
  const id = await start(world);
  const { firstSeq } = await world.result(world.client.getRun(id));
  const early = world.result(world.client.forkRun(id, { atSeq: firstSeq }));
  await expect(early).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
  await world.close();
});

it('a message that a run has kept is taken once its definition waits for it', async () => {
  const world = await worldOf(3);
  await put(world, receive('order', "message.kid == 'order'"));
  const id = await start(world);
  await send(world, id, { kind: 'order' });
  await put(world, receive('order', "message.kind == 'order'"));
  const { reasons } = await world.result(world.client.migrateRun(id));
  expect(reasons).toEqual([]);
  const hasEnded = () => world.kernel.table.ofRun(runId(id)).state.ended.has(runId(id));
  await world.world.until(hasEnded, 1_000);
  expect(await world.result(world.client.getRun(id))).toMatchObject({
    outcome: { kind: 'ok', output: { kind: 'order' } },
  });
  const validations = await world.result(world.client.admin.validate());
  expect(validations.every(({ equal }) => equal)).toBe(true);
  await world.close();
});

it('a run that is paused takes messages, and goes on with them once it is resumed', async () => {
  const world = await worldOf(4);
  const bell = { name: 'bell', node: { kind: 'task', call: 'tool:bell' } };
  await put(world, receive('order', "message.kind == 'order'"), bell);
  const id = await start(world);
  await world.result(world.client.pauseRun(id));
  await send(world, id, { kind: 'order' });
  expect(await world.result(world.client.getRun(id))).toMatchObject({ status: 'paused', calls: 1 });
  expect(await world.result(world.client.resumeRun(id))).toMatchObject({ status: 'running' });
  await world.close();
});

it('what waits for the calls in flight is told when they have ended', async () => {
  const world = await worldOf(5);
  const wait = { name: 'ask', node: { kind: 'ask', question: 'Go on?' } };
  await put(world, wait, receive('order', "message.kind == 'order'"));
  const id = await start(world);
  await send(world, id, { kind: 'order' }, 'append');
  const [question] = (await world.result(world.client.getRun(id))).interrupts;
  const given = {
    interruptId: question?.interruptId ?? '',
    version: question?.version ?? 0,
    answer: { action: 'approve' },
  };
  await world.result(world.client.resolveInterrupt(id, given));
  expect(await world.result(world.client.getRun(id))).toMatchObject({
    outcome: { kind: 'ok', output: { kind: 'order' } },
  });
  await world.close();
});
