import { runId } from 'tau-core';
import { jsonContent } from 'tau-core/client';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../src/bin/languages.js';
import { KernelWorld } from './shell-world.js';

const MINUTE = 60_000;

async function worldOf(seed: number): Promise<KernelWorld> {
  const world = new KernelWorld(seed, { languages: LANGUAGES });
  await mount(world);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
  return world;
}

async function mount(world: KernelWorld): Promise<void> {
  world.mountJournal();
  world.mountWorker(async () => ({ did: true }), 'worker', 'test/work@v1');
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
}

async function put(world: KernelWorld, name: string, program: string, definition: object | string): Promise<void> {
  const source = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const result = await world.result(world.client.putDefinition({ name, program, source }));
  expect('diagnostics' in result ? result.diagnostics : []).toEqual([]);
}

const endedIn = (world: KernelWorld, session: string) =>
  world.kernel.table.find(session as never)?.state.ended.size ?? 0;

it('a flow asks a person, over a restart, and goes on with the answer', async () => {
  const world = await worldOf(1);
  const nodes = [
    { name: 'sure', node: { kind: 'ask', question: 'ship it?' } },
    { name: 'ship', node: { kind: 'task', call: 'action:test/work@v1', input: {} } },
  ];
  await put(world, 'ship', 'flow', { format: 1, name: 'ship', root: { kind: 'chain', nodes } });
  const { run } = await world.result(world.client.startRun({ sessionId: 's', definition: 'ship' }));
  world.restartKernel();
  await mount(world);
  const [asked] = (await world.result(world.client.getRun(run.runId))).interrupts;
  expect(asked).toMatchObject({ question: 'ship it?', version: 1 });
  const answer = { interruptId: asked?.interruptId ?? '', version: 1, answer: { action: 'approve' } };
  await world.result(world.client.resolveInterrupt(run.runId, answer));
  await world.world.until(() => endedIn(world, 's') === 1, MINUTE);
  expect((await world.result(world.client.getRun(run.runId))).outcome).toEqual({ kind: 'ok', output: { did: true } });
  await world.close();
});

it('a workflow with a schedule starts by itself, over a restart, each time once', async () => {
  const world = await worldOf(2);
  const source = `
on: { schedule: [{ cron: '*/5 * * * *' }] }
jobs: { work: { steps: [{ uses: test/work@v1 }] } }
`;
  await put(world, 'nightly.yml', 'workflow', source);
  await world.world.until(() => endedIn(world, 'schedule/nightly.yml') === 1, 6 * MINUTE);
  world.restartKernel();
  await mount(world);
  await world.world.until(() => endedIn(world, 'schedule/nightly.yml') === 3, 11 * MINUTE);
  const runs = await world.result(world.client.listRuns({ sessionId: 'schedule/nightly.yml' }));
  expect(runs.map((run) => [run.definitionName, run.status])).toEqual(Array(3).fill(['nightly.yml', 'succeeded']));
  await world.result(world.client.deleteDefinition('nightly.yml'));
  await world.world.run(20 * MINUTE);
  expect(endedIn(world, 'schedule/nightly.yml')).toBe(3);
  await world.close();
});

it('a schedule that a client starts is a run like any other: it takes messages, and no limit of life ends it', async () => {
  const world = await worldOf(3);
  await put(
    world,
    'greet.yml',
    'workflow',
    'on: workflow_dispatch\njobs: { work: { steps: [{ uses: test/work@v1 }] } }\n',
  );
  await put(world, 'hourly', 'schedule', {
    name: 'hourly',
    start: { definition: 'greet.yml' },
    when: [{ everyMs: 60 * MINUTE }],
  });
  const { run } = await world.result(world.client.startRun({ sessionId: 's', definition: 'hourly' }));
  await world.world.until(() => endedIn(world, 's') === 2, 130 * MINUTE);
  await world.result(world.client.sendInput(run.runId, { mode: 'append', content: jsonContent({ op: 'pause' }) }));
  await world.world.run(180 * MINUTE);
  expect(endedIn(world, 's')).toBe(2);
  const live = world.kernel.table.ofRun(runId(run.runId)).state.runs.get(run.runId);
  expect(live?.deadlineMs).toBeGreaterThan(world.world.clock.now() + 36_000 * 24 * 60 * MINUTE);
  await world.close();
});
