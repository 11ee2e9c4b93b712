import { errorData, HOST_CAPABILITIES, type Json, runId } from 'tau-core';
import { action, connectExtension, defineExtension } from 'tau-core/extension';
import { describe, expect, it } from 'vitest';
import { embeddedChannel } from '../src/embedded/embedded-channel.js';
import { hosted } from '../src/machines/region/programs.js';
import { CHILD_DEPTH_MAX } from '../src/shell/host-children.js';
import { obedientLanguage, type Rules } from './programs/obedient.js';
import { scriptedLanguage } from './programs/scripted.js';
import { KernelWorld, sequenceLanguage } from './shell-world.js';

const { publish, startRun, sendInput } = HOST_CAPABILITIES;

class HostWorld extends KernelWorld {
  constructor(seed: number) {
    super(seed, { languages: [hosted(sequenceLanguage), hosted(obedientLanguage), hosted(scriptedLanguage)] });
  }

  static async ready(seed: number): Promise<HostWorld> {
    const world = new HostWorld(seed);
    world.mountJournal();
    await world.attached();
    return world;
  }

  async attached(): Promise<void> {
    await this.world.until(() => this.kernel.journal.status === 'attached', 10_000);
  }

  /** Ends the kernel as `kill -9` would, and waits until another one has read the journal. */
  async reborn(): Promise<void> {
    this.restartKernel();
    this.mountJournal();
    await this.attached();
  }

  async put(name: string, rules: Rules): Promise<void> {
    await this.result(this.client.putDefinition({ name, program: 'obedient', source: JSON.stringify(rules) }));
  }

  async start(definition: string, sessionId = 's1'): Promise<string> {
    await this.result(this.client.ensureSession({ sessionId }));
    return (await this.result(this.client.startRun({ sessionId, definition }))).run.runId;
  }

  async ended(id: string): Promise<Json | undefined> {
    const view = () => this.result(this.client.getRun(id));
    await this.world.until(() => this.kernel.table.ofRun(runId(id)).state.ended.has(id), 600_000);
    const { outcome } = await view();
    return outcome?.kind === 'ok' ? outcome.output : (outcome as unknown as Json);
  }

  runs(sessionId: string) {
    return this.result(this.client.listRuns({ sessionId }));
  }
}

const wait: Rules = { begin: [{ call: 'work', capability: 'action:work@v1' }], 'settled work': [{ finish: 'worked' }] };

describe('a program publishes an event', () => {
  it('into its session: it starts what it triggers, and says what caused it', async () => {
    const world = await HostWorld.ready(1);
    await world.result(
      world.client.putDefinition({ name: 'on', program: 'sequence', source: '{"steps":1,"on":"shop.sold"}' }),
    );
    const input = { type: 'shop.sold', data: { n: 1 }, subject: 'bike' };
    await world.put('p', { begin: [{ call: 'say', capability: publish, input }], 'settled say': [{ finish: 'said' }] });
    const id = await world.start('p');
    expect(await world.ended(id)).toBe('said');
    const triggered = (await world.runs('s1')).find((run) => run.definitionName === 'on');
    expect(triggered?.cause).toBe(`${id}/say`);
    const run = world.kernel.table.ofRun(runId(triggered?.runId ?? '')).state.runs.get(triggered?.runId ?? '');
    expect(run?.begin.event).toMatchObject({
      id: `${id}/say`,
      source: `tau/run/${id}`,
      type: 'shop.sold',
      subject: 'bike',
      data: '{"n":1}',
      cause: id,
    });
    await world.close();
  });

  it('into another session, which is made as durable as its own', async () => {
    const world = await HostWorld.ready(2);
    const input = { type: 'shop.sold', sessionId: 'elsewhere' };
    await world.put('p', { begin: [{ call: 'say', capability: publish, input }], 'settled say': [{ finish: 'said' }] });
    expect(await world.ended(await world.start('p'))).toBe('said');
    expect(await world.result(world.client.getSession('elsewhere'))).toMatchObject({ durability: 'durable', seq: 2 });
    await world.close();
  });

  it.each([
    ['without a type', {}, 'TAU-1001'],
    ['into a session of the kernel', { type: 'x', sessionId: 'tau/definitions' }, 'TAU-1006'],
  ])('%s is refused', async (_what, input, error) => {
    const world = await HostWorld.ready(3);
    await world.put('p', { begin: [{ call: 'say', capability: publish, input }] });
    const id = await world.start('p');
    const state = () => world.kernel.table.ofRun(runId(id)).state;
    await world.world.until(() => (state().runs.get(id)?.calls.size ?? 0) === 0, 10_000);
    const page = await world.result(world.client.history(id).next());
    expect(JSON.stringify(page.value)).toContain(error);
    await world.close();
  });
});

describe('a program starts a run', () => {
  it('and waits for its end, over restarts of the kernel', async () => {
    const world = await HostWorld.ready(4);
    await world.put('child', wait);
    const input = { definition: 'child', sessionId: 'other' };
    await world.put('p', {
      begin: [{ call: 'c', capability: startRun, input }],
      'settled c': [{ finish: 'all done' }],
    });
    const id = await world.start('p');
    await world.world.until(() => world.kernel.table.find('other' as never)?.state.runs.size === 1, 10_000);
    const [child] = await world.runs('other');
    expect(child).toMatchObject({ definitionName: 'child', cause: id, status: 'running' });
    await world.reborn();
    await world.reborn();
    expect((await world.runs('other')).map((run) => run.runId)).toEqual([child?.runId]);
    world.mountWorker(async () => 'hi');
    expect(await world.ended(id)).toBe('all done');
    expect((await world.runs('other')).map((run) => run.outcome)).toEqual([{ kind: 'ok', output: 'worked' }]);
    await world.close();
  });

  it('finds the child that ended while its kernel was dead', async () => {
    const world = await HostWorld.ready(5);
    await world.put('child', { begin: [{ finish: 'at once' }] });
    await world.put('p', {
      begin: [{ call: 'c', capability: startRun, input: { definition: 'child' } }],
      'settled c': [{ finish: 'heard' }],
    });
    const id = await world.start('p');
    for (let round = 0; round < 40; round += 1) {
      if (world.kernel.table.ofRun(runId(id)).state.ended.has(id)) break;
      await world.world.run(1);
      await world.reborn();
    }
    expect(await world.ended(id)).toBe('heard');
    expect((await world.runs('s1')).filter((run) => run.definitionName === 'child')).toHaveLength(1);
    await world.close();
  });

  it('without waiting: it gets the id at once', async () => {
    const world = await HostWorld.ready(6);
    await world.put('child', wait);
    const input = { definition: 'child', wait: false };
    await world.put('p', {
      begin: [{ call: 'c', capability: startRun, input }],
      'settled c': [{ finish: 'on it goes' }],
    });
    const id = await world.start('p');
    expect(await world.ended(id)).toBe('on it goes');
    expect((await world.runs('s1')).find((run) => run.definitionName === 'child')?.status).toBe('running');
    await world.close();
  });

  it('gives it up, and the child is cancelled; one that it does not wait for goes on', async () => {
    const world = await HostWorld.ready(7);
    await world.put('child', { ...wait, cancel: [{ finish: 'stopped' }] });
    const call = (wait: boolean) => ({ capability: startRun, input: { definition: 'child', wait } });
    await world.put('p', {
      begin: [
        { call: 'a', ...call(true) },
        { call: 'b', ...call(false) },
      ],
    });
    const id = await world.start('p');
    await world.world.until(() => world.kernel.table.ofRun(runId(id)).state.runs.size === 3, 10_000);
    await world.result(world.client.cancelRun(id, { mode: 'kill' }));
    await world.world.until(() => world.kernel.table.ofRun(runId(id)).state.runs.size === 1, 10_000);
    const children = (await world.runs('s1')).filter((run) => run.cause === id);
    expect(children.map((run) => run.status).sort()).toEqual(['running', 'succeeded']);
    await world.close();
  });

  it('cancels, after a restart, what nobody waits for any more', async () => {
    const world = await HostWorld.ready(8);
    await world.put('child', { ...wait, cancel: [{ finish: 'stopped' }] });
    const input = { definition: 'child', sessionId: 'other' };
    await world.result(world.client.ensureSession({ sessionId: 'gone', durability: 'volatile' }));
    await world.result(world.client.ensureSession({ sessionId: 'other' }));
    await world.put('p', { begin: [{ call: 'c', capability: startRun, input }] });
    await world.result(world.client.startRun({ sessionId: 'gone', definition: 'p' }));
    const active = () => world.kernel.table.find('other' as never)?.state.runs.size ?? -1;
    await world.world.until(() => active() > 0, 10_000);
    await world.reborn();
    await world.world.until(() => active() === 0, 10_000);
    expect((await world.runs('other')).every((run) => run.status === 'succeeded')).toBe(true);
    await world.close();
  });

  it('that starts itself is stopped at a depth', async () => {
    const world = await HostWorld.ready(17);
    await world.put('p', {
      begin: [{ call: 'c', capability: startRun, input: { definition: 'p' } }],
      'settled c': [{ finish: 'back' }],
    });
    expect(await world.ended(await world.start('p'))).toBe('back');
    expect(await world.runs('s1')).toHaveLength(CHILD_DEPTH_MAX + 1);
    await world.close();
  });

  it('hears why there is none', async () => {
    const world = await HostWorld.ready(9);
    await world.put('p', { begin: [{ call: 'c', capability: startRun, input: { definition: 'nobody' } }] });
    const id = await world.start('p');
    const state = () => world.kernel.table.ofRun(runId(id)).state;
    await world.world.until(() => (state().runs.get(id)?.calls.size ?? 0) === 0, 10_000);
    const page = await world.result(world.client.history(id).next());
    expect(JSON.stringify(page.value)).toContain('there is no active definition \\"nobody\\"');
    await world.close();
  });

  it('tries a failed child again as another run, and keeps to one that has a key of its own', async () => {
    const world = await HostWorld.ready(10);
    const failing = { steps: [{ finish: { kind: 'failed', error: errorData('QUEUE_FULL', 'busy') } }] };
    const source = JSON.stringify(failing);
    await world.result(world.client.putDefinition({ name: 'child', program: 'scripted', source }));
    const retry = { attemptsMax: 3, firstDelayMs: 10, factor: 1, delayMaxMs: 10 };
    const call = { capability: startRun, retry };
    await world.put('p', {
      begin: [{ call: 'c', ...call, input: { definition: 'child' } }],
      'settled c': [{ call: 'd', ...call, input: { definition: 'child', key: 'mine' } }],
      'settled d': [{ finish: 'given up' }],
    });
    expect(await world.ended(await world.start('p'))).toBe('given up');
    expect((await world.runs('s1')).filter((run) => run.definitionName === 'child')).toHaveLength(3 + 1);
    await world.close();
  });
});

describe('a program sends a message to a run', () => {
  it('which is told the very content, once', async () => {
    const world = await HostWorld.ready(11);
    // It has a call in flight, which a message does not wait for.
    await world.put('hears', { begin: [{ call: 'work', capability: 'action:work@v1' }] });
    const target = await world.start('hears', 'other');
    const input = { runId: target, content: { hello: ['world'] } };
    await world.put('p', { begin: [{ call: 's', capability: sendInput, input }], 'settled s': [{ finish: 'sent' }] });
    expect(await world.ended(await world.start('p'))).toBe('sent');
    await world.reborn();
    const heard = world.kernel.table.ofRun(runId(target)).state.runs.get(target)?.program;
    expect(heard).toMatchObject({ heard: ['begin', { hello: ['world'] }] });
    await world.close();
  });

  it.each([
    ['nobody', 'TAU-4015'],
    ['', 'TAU-1001'],
  ])('and hears that there is no run "%s"', async (target, error) => {
    const world = await HostWorld.ready(16);
    const input = { runId: target, content: 1 };
    await world.put('p', { begin: [{ call: 's', capability: sendInput, input }], 'settled s': [{ finish: 'sent' }] });
    const id = await world.start('p');
    await world.ended(id);
    const page = await world.result(world.client.history(id).next());
    expect(JSON.stringify(page.value)).toContain(error);
    await world.close();
  });

  it('as a client does with JSON content', async () => {
    const world = await HostWorld.ready(12);
    await world.put('hears', { begin: [{ wakeInMs: 1_000_000 }] });
    const target = await world.start('hears');
    const content = { mediaType: 'application/json', text: '{"op":"pause"}' } as const;
    await world.result(world.client.sendInput(target, { mode: 'append', content }));
    await world.result(
      world.client.sendInput(target, { mode: 'append', content: { mediaType: 'text/plain', text: 'hi' } }),
    );
    const heard = world.kernel.table.ofRun(runId(target)).state.runs.get(target)?.program;
    expect(heard).toMatchObject({
      heard: ['begin', { op: 'pause' }, { mediaType: 'text/plain', name: '', text: 'hi' }],
    });
    await world.close();
  });
});

describe('a question of a program', () => {
  it('is an interrupt without any provider, over a restart; the answer is what the call gives', async () => {
    const world = await HostWorld.ready(13);
    await world.put('p', { begin: [{ ask: 'ship it?' }], 'settled ship it?': [{ finish: 'shipped' }] });
    const id = await world.start('p');
    await world.reborn();
    const { interrupts } = await world.result(world.client.getRun(id));
    expect(interrupts).toMatchObject([
      { interruptId: 'ship it?', version: 1, question: 'ship it?', answerSchema: { type: 'boolean' } },
    ]);
    await world.result(world.client.resolveInterrupt(id, { interruptId: 'ship it?', version: 1, answer: true }));
    expect(await world.ended(id)).toBe('shipped');
    await world.close();
  });
});

describe('the capabilities of the host', () => {
  it('are listed, are no extension, and nobody else may offer them', async () => {
    const world = await HostWorld.ready(14);
    expect((await world.result(world.client.info())).capabilities).toEqual(
      expect.arrayContaining(Object.values(HOST_CAPABILITIES)),
    );
    expect((await world.result(world.client.admin.extensions())).map((each) => each.name)).toEqual(['journal']);
    const impostor = defineExtension({
      name: 'impostor',
      version: '1',
      capabilities: [{ ...action('x@v1', { description: '' }, () => null), kind: 'run', name: 'start@v1' }],
    });
    const { clock, random } = world.world;
    const attached = connectExtension(impostor, { channel: embeddedChannel(world.kernel), clock, random });
    await expect(world.result(attached.attached())).rejects.toMatchObject({ data: { id: 'TAU-3006' } });
    await world.close();
  });

  it('hold up no drain, and are served by the next kernel', async () => {
    const world = await HostWorld.ready(15);
    await world.put('child', wait);
    await world.put('p', {
      begin: [{ call: 'c', capability: startRun, input: { definition: 'child' } }],
      'settled c': [{ finish: 'all done' }],
    });
    const id = await world.start('p');
    await world.world.until(() => world.kernel.table.ofRun(runId(id)).state.runs.size === 2, 10_000);
    expect(await world.result(world.kernel.drain(60_000))).toBe(0);
    await world.reborn();
    world.mountWorker(async () => 'hi');
    expect(await world.ended(id)).toBe('all done');
    await world.close();
  });
});
