import { HOST_CAPABILITIES, type ProgramLanguage } from 'tau-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { VIEW_BYTES_MAX } from '../src/services/limits.js';
import { type ObedientState, obedientLanguage, type Rules } from './programs/obedient.js';
import { KernelWorld } from './shell-world.js';

/** Shows what it was told, as much as it is asked to, or fails to. */
const viewedLanguage: ProgramLanguage<Rules, ObedientState, never> = {
  ...(obedientLanguage as never as ProgramLanguage<Rules, ObedientState, never>),
  program: {
    ...(obedientLanguage.program as never as ProgramLanguage<Rules, ObedientState, never>['program']),
    kind: 'viewed',
    view: (rules, { heard }) => {
      if (rules['broken'] !== undefined) throw new Error('no view today');
      return { heard: [...heard], fill: rules['large'] === undefined ? '' : 'x'.repeat(VIEW_BYTES_MAX) };
    },
  },
};

let world: KernelWorld;

beforeEach(async () => {
  world = new KernelWorld(1, { languages: [hosted(viewedLanguage), hosted(obedientLanguage)] });
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
});
afterEach(() => world.close());

async function started(program: string, rules: Rules): Promise<string> {
  await world.result(world.client.putDefinition({ name: 'd', program, source: JSON.stringify(rules) }));
  const { run } = await world.result(world.client.startRun({ sessionId: 's', definition: 'd' }));
  return run.runId;
}

const asking = {
  call: 'q',
  capability: HOST_CAPABILITIES.ask,
  input: { question: 'send?', actions: ['approve', 'edit'] },
};

describe('a run is shown', () => {
  it('with what its program shows of it, while it is in progress', async () => {
    const id = await started('viewed', { begin: [asking], 'settled q': [{ finish: 'sent' }] });
    const run = await world.result(world.client.getRun(id));
    expect(run.view).toEqual({ heard: ['begin'], fill: '' });
    const [question] = run.interrupts;
    expect(question).toMatchObject({ interruptId: 'q', actions: ['approve', 'edit'] });
    const answer = { interruptId: 'q', version: question?.version ?? 0 };
    await expect(
      world.result(world.client.resolveInterrupt(id, { ...answer, answer: { action: 'edit' } })),
    ).rejects.toMatchObject({ data: { id: 'TAU-1001', message: expect.stringContaining('"value"') as string } });
    await world.result(world.client.resolveInterrupt(id, { ...answer, answer: { action: 'approve' } }));
    const ended = await world.result(world.client.getRun(id));
    expect([ended.status, ended.view, ended.viewRefusal]).toEqual(['succeeded', undefined, undefined]);
  });

  it('without a view where there is none', async () => {
    const { view, viewRefusal } = await world.result(
      world.client.getRun(await started('obedient', { begin: [asking] })),
    );
    expect([view, viewRefusal]).toEqual([undefined, undefined]);
  });

  it.each([
    ['too large', { large: [] }, 'the limit viewBytesMax is 1048576'],
    ['refused by its program', { broken: [] }, 'no view today'],
  ] as const)('with the reason where its view is %s', async (_how, rules, reason) => {
    const run = await world.result(world.client.getRun(await started('viewed', { begin: [asking], ...rules })));
    expect(run).toMatchObject({ status: 'running', viewRefusal: expect.stringContaining(reason) as string });
    expect(run.view).toBeUndefined();
  });
});
