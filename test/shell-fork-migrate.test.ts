import { runId } from 'tau-core';
import { describe, expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { obedientLanguage, type Rules } from './programs/obedient.js';
import { scriptedLanguage } from './programs/scripted.js';
import { KernelWorld } from './shell-world.js';

async function worldOf(seed: number): Promise<KernelWorld> {
  const world = new KernelWorld(seed, { languages: [hosted(obedientLanguage), hosted(scriptedLanguage)] });
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
  return world;
}

async function put(world: KernelWorld, name: string, rules: Rules): Promise<void> {
  await world.result(world.client.putDefinition({ name, program: 'obedient', source: JSON.stringify(rules) }));
}

async function start(world: KernelWorld, definition: string): Promise<string> {
  return (await world.result(world.client.startRun({ sessionId: 's', definition }))).run.runId;
}

const programOf = (world: KernelWorld, id: string) => world.kernel.table.ofRun(runId(id)).state.runs.get(id)?.program;

describe('a fork with an edit', () => {
  it('is changed before it goes on', async () => {
    const world = await worldOf(1);
    await put(world, 'd', { begin: [{ call: 'a' }] });
    const id = await start(world, 'd');
    const fork = await world.result(
      world.client.forkRun(id, { edit: { orders: [{ giveUp: 'a' }, { finish: 'edited' }] } }),
    );
    expect(fork).toMatchObject({ forkedFrom: id, outcome: { kind: 'ok', output: 'edited' } });
    await world.close();
  });

  it('may begin where its source had ended', async () => {
    const world = await worldOf(2);
    await put(world, 'd', { begin: [{ finish: 'over' }] });
    const id = await start(world, 'd');
    await expect(world.result(world.client.forkRun(id))).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    const fork = await world.result(world.client.forkRun(id, { edit: { orders: [{ ask: 'again?' }] } }));
    expect(fork).toMatchObject({ status: 'running', interrupts: [{ question: 'again?' }] });
    await world.close();
  });

  it('is refused for a program that takes none, and for what is no object', async () => {
    const world = await worldOf(3);
    const source = '{"steps":[{"call":{"id":"a"}}]}';
    await world.result(world.client.putDefinition({ name: 'd', program: 'scripted', source }));
    const id = await start(world, 'd');
    await expect(world.result(world.client.forkRun(id, { edit: {} }))).rejects.toMatchObject({
      data: { id: 'TAU-1012' },
    });
    await expect(world.result(world.client.forkRun(id, { edit: [] as never }))).rejects.toMatchObject({
      data: { id: 'TAU-1001' },
    });
    await world.close();
  });
});

it('a run that waits for a lock or for its clock alone can be forked', async () => {
  const world = await worldOf(4);
  await put(world, 'holder', { begin: [{ lock: 'l' }, { call: 'a' }] });
  await start(world, 'holder');
  await put(world, 'waiter', { begin: [{ lock: 'l' }] });
  await put(world, 'sleeper', { begin: [{ wakeInMs: 500 }], deadline: [{ finish: 'awake' }] });
  for (const name of ['waiter', 'sleeper']) {
    const id = await start(world, name);
    const fork = await world.result(world.client.forkRun(id));
    expect(fork).toMatchObject({ status: 'running', forkedFrom: id });
  }
  await world.close();
});

describe('migrating a run', () => {
  it('is checked first, then done, and survives a restart', async () => {
    const world = await worldOf(5);
    await put(world, 'd', { begin: [{ call: 'a' }] });
    const id = await start(world, 'd');
    const before = await world.result(world.client.getRun(id));
    expect(await world.result(world.client.migrateRun(id))).toMatchObject({ run: before, reasons: [] });
    await put(world, 'd', {});
    const check = await world.result(world.client.migrateRun(id, { checkOnly: true }));
    expect(check).toMatchObject({ run: before, reasons: ['there is no rule for "begin" any more'] });
    await expect(world.result(world.client.migrateRun(id))).rejects.toMatchObject({
      data: { id: 'TAU-4012', details: { reasons: check.reasons } },
    });
    await put(world, 'd2', { begin: [], 'settled *': [{ finish: 'better' }] });
    const { run, reasons } = await world.result(world.client.migrateRun(id, { definition: 'd2' }));
    expect(reasons).toEqual([]);
    expect(run).toMatchObject({ runId: id, definitionName: 'd2', status: 'running' });
    expect(run.definitionVersion).not.toBe(before.definitionVersion);
    world.restartKernel();
    world.mountJournal();
    await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
    expect(programOf(world, id)).toMatchObject({ heard: ['begin', 'migrated'] });
    const validations = await world.result(world.client.admin.validate());
    expect(validations.every((validation) => validation.equal)).toBe(true);
    await world.close();
  });

  it('needs a definition that is there, and a program that can', async () => {
    const world = await worldOf(6);
    const source = '{"steps":[{"call":{"id":"a"}}]}';
    await world.result(world.client.putDefinition({ name: 'd', program: 'scripted', source }));
    const id = await start(world, 'd');
    const missing = world.result(world.client.migrateRun(id, { definition: 'nobody' }));
    await expect(missing).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    await world.result(world.client.putDefinition({ name: 'd', program: 'scripted', source: '{"steps":[]}' }));
    await expect(world.result(world.client.migrateRun(id))).rejects.toMatchObject({ data: { id: 'TAU-1012' } });
    await world.close();
  });
});
