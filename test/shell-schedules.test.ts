import {
  HOST_CAPABILITIES,
  type JsonObject,
  type ProgramEffect,
  type ProgramLanguage,
  runId,
  type ScheduledStart,
} from 'tau-core';
import { describe, expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { type Script, scriptedLanguage } from './programs/scripted.js';
import { KernelWorld } from './shell-world.js';

/** A schedule that starts its run at once, and then waits until it is ended. */
const scheduleLanguage: ProgramLanguage<JsonObject, { readonly done: boolean }, { readonly done: true }> = {
  program: {
    kind: 'schedule',
    initial: () => ({ done: false }),
    decide: (definition, _state, input) => {
      if (input.type !== 'begin') return { events: [{ done: true }], effects: [] };
      const call = { type: 'call', callId: 'at-1', capability: HOST_CAPABILITIES.startRun } as const;
      return { events: [], effects: [{ ...call, input: definition['start'] } as unknown as ProgramEffect] };
    },
    evolve: (_definition, _state, event) => event,
    nextDeadline: () => undefined,
  },
  parse: (source) => {
    const definition = JSON.parse(source) as JsonObject;
    const diagnostics = [{ file: '', line: 1, column: 1, message: 'no cron' }];
    return definition['cron'] === undefined ? { ok: false, diagnostics } : { ok: true, definition };
  },
  triggers: () => [],
  matches: () => false,
  checkInput: (_definition, input) => ({ ok: true, definition: input }),
};

type Planned = Script & { readonly plans?: readonly ScheduledStart[] };

/** Scripts that say when they start. */
const plannedLanguage = {
  ...scriptedLanguage,
  schedules: (definition: Planned) => definition.plans ?? [],
} as typeof scriptedLanguage;

const plan = (schedule: JsonObject): ScheduledStart => ({ schedule, event: { type: 'schedule', data: '{"n":1}' } });
const steps = [{ call: { id: 'a' } }];

async function worldOf(seed: number): Promise<KernelWorld> {
  const world = new KernelWorld(seed, { languages: [hosted(plannedLanguage), hosted(scheduleLanguage)] });
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  return world;
}

async function put(world: KernelWorld, name: string, definition: Planned): Promise<void> {
  const source = JSON.stringify(definition);
  await world.result(world.client.putDefinition({ name, program: 'scripted', source }));
}

function active(world: KernelWorld, sessionId: string) {
  return [...(world.kernel.table.find(sessionId as never)?.state.runs.values() ?? [])];
}

describe('definitions that start by time', () => {
  it('have one run of the schedule program for each plan, and start in a session of their own', async () => {
    const world = await worldOf(1);
    await put(world, 'my nightly.yml'.replace(' ', '+'), {
      steps,
      plans: [plan({ cron: '0 3 * * *' }), plan({ cron: 'x', start: { sessionId: 'chosen' } })],
    });
    await world.world.until(() => active(world, 'schedule/my-nightly.yml').length === 1, 10_000);
    await world.world.until(() => active(world, 'chosen').length === 1, 10_000);
    const [run] = active(world, 'schedule/my-nightly.yml');
    expect(run?.begin.event).toMatchObject({ type: 'schedule', data: '{"n":1}' });
    expect(active(world, 'tau/schedules').map((each) => each.definition.name)).toEqual([
      'my+nightly.yml#0',
      'my+nightly.yml#1',
    ]);
    const lifeMs = (active(world, 'tau/schedules')[0]?.deadlineMs ?? 0) - world.world.clock.now();
    expect(lifeMs).toBeGreaterThan(36_500 * 24 * 3_600_000 - 10_000);
    await world.close();
  });

  it('keep them over a restart, end them with the definition, and begin anew when it is back; what they started goes on', async () => {
    const world = await worldOf(2);
    const cause = (): string[] => active(world, 'tau/schedules').map((run) => run.cause);
    const ids = (): string[] => active(world, 'tau/schedules').map((run) => run.runId);
    await put(world, 'd', { steps, plans: [plan({ cron: 'a' })] });
    await world.world.until(() => active(world, 'schedule/d').length === 1, 10_000);
    const first = ids();
    world.restartKernel();
    world.mountJournal();
    await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
    await world.world.run(1_000);
    expect(ids()).toEqual(first);

    await put(world, 'd', { steps, plans: [plan({ cron: 'b' })] });
    await world.world.until(() => ids().length === 1 && ids()[0] !== first[0], 10_000);
    await world.world.until(() => active(world, 'schedule/d').length === 2, 10_000);
    const before = cause();
    await world.result(world.client.deleteDefinition('d'));
    await world.world.until(() => ids().length === 0, 10_000);
    await put(world, 'd', { steps, plans: [plan({ cron: 'b' })] });
    await world.world.until(() => ids().length === 1, 10_000);
    expect(cause()).toEqual(before);
    await world.world.until(() => active(world, 'schedule/d').length === 3, 10_000);
    world.restartKernel();
    world.mountJournal();
    await world.world.until(() => active(world, 'schedule/d').length === 3, 10_000);
    expect(active(world, 'schedule/d').every((run) => run.phase === 'running')).toBe(true);
    await world.close();
  });

  it('leave out a plan that is no schedule, and say so', async () => {
    const world = await worldOf(3);
    await put(world, 'd', { steps, plans: [plan({ crom: 'a' }), plan({ cron: 'b' })] });
    await world.world.until(() => active(world, 'tau/schedules').length === 1, 10_000);
    expect(world.logs.map((entry) => entry.message).filter((message) => message.includes('plan 0'))).toEqual([
      'plan 0 of "d" is no schedule, and is left out: no cron',
    ]);
    await world.close();
  });

  it("are the kernel's own: nobody starts runs in their session, everybody may look", async () => {
    const world = await worldOf(4);
    await put(world, 'd', { steps, plans: [plan({ cron: 'a' })] });
    await world.world.until(() => active(world, 'tau/schedules').length === 1, 10_000);
    await expect(
      world.result(world.client.publish('tau/schedules', { id: '1', source: 'x', type: 't', data: '{}' })),
    ).rejects.toMatchObject({ data: { id: 'TAU-1006' } });
    await expect(
      world.result(world.client.startRun({ sessionId: 'tau/schedules', definition: 'd' })),
    ).rejects.toMatchObject({ data: { id: 'TAU-1006' } });
    const runs = await world.result(world.client.listRuns({ sessionId: 'tau/schedules' }));
    expect(runs).toMatchObject([{ program: 'schedule' }]);
    const original = runId(runs[0]?.runId ?? '');
    expect((await world.result(world.client.getRun(original))).status).toBe('running');
    const fork = await world.result(world.client.forkRun(original));
    await put(world, 'other', { steps });
    await world.world.until(() => active(world, 'tau/schedules').every((run) => run.runId !== fork.runId), 10_000);
    expect(active(world, 'tau/schedules').map((run) => run.runId)).toEqual([original]);
    await world.close();
  });
});
