import type { JsonObject } from 'tau-core';
import { connectKernel, createClient, type RunWatchItem, type TauClient, textContent } from 'tau-core/client';
import type { KernelChannel } from 'tau-core/contract';
import { action, connectExtension, defineExtension, type Handler, requireInput } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually, MemoryJournal } from 'tau-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hosted } from '../src/machines/region/programs.js';
import { type KernelServer, serveKernel } from '../src/server/kernel-server.js';
import { Kernel } from '../src/shell/kernel.js';
import { sequenceLanguage } from './shell-world.js';

/** A kernel behind real gRPC, with its journal and a worker attached to it over sockets. */
class Served {
  readonly kernel: Kernel;
  readonly server: KernelServer;
  readonly channel: KernelChannel;
  readonly client: TauClient;
  /** What the worker does; a test replaces it. */
  work: Handler<JsonObject> = ({ index }) => index ?? null;
  readonly #ends: (() => Promise<void> | void)[];

  private constructor(kernel: Kernel, server: KernelServer, token: string | undefined) {
    this.kernel = kernel;
    this.server = server;
    this.channel = connectKernel({ address: server.address, ...(token !== undefined && { token }) });
    this.client = createClient(this.channel);
    this.#ends = [() => this.channel.close(), () => server.stop(), () => kernel.stop()];
  }

  static async start(token?: string): Promise<Served> {
    const kernel = new Kernel({ languages: [hosted(sequenceLanguage)] }, { clock: systemClock, random: systemRandom });
    const server = await serveKernel(kernel, { listen: '127.0.0.1:0', ...(token !== undefined && { token }) });
    const served = new Served(kernel, server, token);
    const journal = defineExtension({ name: 'journal', version: '1', capabilities: [], journal: new MemoryJournal() });
    const worker = defineExtension({
      name: 'worker',
      version: '1',
      capabilities: [action('work@v1', { description: 'works' }, (input, context) => served.work(input, context))],
    });
    for (const extension of [journal, worker]) {
      const attached = connectExtension(extension, { channel: served.channel });
      await attached.attached();
      served.#ends.unshift(() => attached.close());
    }
    await eventually(() => kernel.journal.status === 'attached');
    await served.client.ensureSession({ sessionId: 's', context: [textContent('hello')] });
    return served;
  }

  async run(definition: object, more: object = {}): Promise<string> {
    const name = `d${JSON.stringify(definition).length}`;
    await this.client.putDefinition({ name, source: JSON.stringify(definition), program: 'sequence' });
    return (await this.client.startRun({ sessionId: 's', definition: name, ...more })).run.runId;
  }

  async ended(runId: string): Promise<RunWatchItem[]> {
    const items: RunWatchItem[] = [];
    for await (const item of this.client.watchRun(runId, { progress: true })) items.push(item);
    return items;
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

describe('the services over gRPC', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start();
  });
  afterEach(() => served.stop());

  it('gives the sessions that there are, with their context, and forks and deletes them', async () => {
    const { client } = served;
    const again = await client.ensureSession({ sessionId: 's' });
    expect(again.created).toBe(false);
    expect(again.session.context).toHaveLength(1);
    await client.addContext('s', textContent('more'));
    const forked = await client.forkSession('s', 't');
    expect(forked).toMatchObject({ sessionId: 't', forkedFrom: 's' });
    expect(forked.context).toHaveLength(2);
    expect((await client.listSessions()).map((session) => session.sessionId)).toEqual(
      expect.arrayContaining(['s', 't']),
    );
    await client.deleteSession('t');
    await expect(client.addContext('t', textContent('late'))).rejects.toMatchObject({ data: { code: 'conflict' } });
    await expect(client.ensureSession({ sessionId: 'no spaces' })).rejects.toMatchObject({ data: { code: 'invalid' } });
    await expect(client.ensureSession({ sessionId: 'tau/definitions' })).rejects.toMatchObject({
      data: { code: 'denied' },
    });
  });

  it('starts a run once for a key, lists it, and pages through its history', async () => {
    const { client } = served;
    const first = await served.run({ steps: 5 }, { idempotencyKey: 'k' });
    const second = await served.run({ steps: 5 }, { idempotencyKey: 'k' });
    expect(second).toBe(first);
    await served.ended(first);
    expect((await client.listRuns({ sessionId: 's', statuses: ['succeeded'] })).map((run) => run.runId)).toEqual([
      first,
    ]);
    const seqs: number[] = [];
    let pages = 0;
    for await (const page of client.history(first, { bytesMax: 1_024 })) {
      pages += 1;
      for (const event of page.events) seqs.push(event.seq);
    }
    expect(pages).toBeGreaterThan(1);
    expect(seqs).toHaveLength(8);
    expect([...seqs].sort((a, b) => a - b)).toEqual(seqs);
  });

  it('asks a person, takes the answer once, and refuses a stale one', async () => {
    served.work = (_input, { answer }) => answer ?? requireInput('which one?', z.object({ n: z.number() }));
    const runId = await served.run({ steps: 1 });
    const run = await eventually(async () => {
      const view = await served.client.getRun(runId);
      return view.interrupts.length > 0 ? view : undefined;
    });
    const interrupt = run.interrupts[0];
    if (interrupt === undefined) throw new Error('no interrupt');
    expect(interrupt).toMatchObject({ question: 'which one?', version: 1 });
    const { interruptId } = interrupt;
    await expect(served.client.resolveInterrupt(runId, { interruptId, version: 9, answer: 1 })).rejects.toMatchObject({
      data: { id: 'TAU-1011' },
    });
    await served.client.resolveInterrupt(runId, { interruptId, version: 1, answer: { n: 7 } });
    await served.ended(runId);
    expect((await served.client.getRun(runId)).outcome).toEqual({ kind: 'ok', output: [{ n: 7 }] });
  });

  it('pauses and resumes a run, and shows its progress to those who watch', async () => {
    const watched = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    served.work = async ({ index }, context) => {
      if (index !== 0) return index ?? null;
      await watched.promise;
      context.progress('halfway');
      await released.promise;
      return 0;
    };
    const runId = await served.run({ steps: 2 });
    for await (const item of served.client.watchRun(runId, { progress: true })) {
      // Progress is for those who watch at the time: the handler waits for the first sign of this watch.
      watched.resolve();
      if (item.kind === 'progress') break;
    }
    expect((await served.client.pauseRun(runId)).status).toBe('paused');
    released.resolve();
    await eventually(async () => (await served.client.getRun(runId)).calls === 2);
    expect((await served.client.getRun(runId)).status).toBe('paused');
    await served.client.resumeRun(runId);
    await served.ended(runId);
    expect((await served.client.getRun(runId)).status).toBe('succeeded');
  });

  it('reaches the handler with a cancel, graceful or kill', async () => {
    for (const mode of ['graceful', 'kill'] as const) {
      let stopped: unknown;
      let started = false;
      served.work = (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          started = true;
          signal.addEventListener('abort', () => {
            stopped = signal.reason;
            reject(signal.reason as Error);
          });
        });
      const runId = await served.run({ steps: 1 });
      await eventually(() => started);
      expect((await served.client.cancelRun(runId, { mode })).status).toBe('cancelled');
      await eventually(() => stopped !== undefined);
    }
    expect((await served.client.admin.work()).inFlightTotal).toBe(0);
  });

  it('refuses input to a program that takes none', async () => {
    served.work = () => new Promise(() => {});
    const runId = await served.run({ steps: 1 });
    await expect(served.client.sendInput(runId, { mode: 'steer', content: textContent('x') })).rejects.toMatchObject({
      data: { id: 'TAU-4007' },
    });
  });

  it('forks a run at a point, and goes on from there', async () => {
    const { client } = served;
    let mended = false;
    served.work = ({ index }) => {
      if (index === 1 && !mended) throw Object.assign(new Error('broken'), {});
      return index ?? null;
    };
    const runId = await served.run({ steps: 3 });
    await served.ended(runId);
    const failed = await client.getRun(runId);
    expect(failed.status).toBe('failed');
    mended = true;
    const events = [];
    for await (const page of client.history(runId)) events.push(...page.events);
    const firstSettled = events.filter((event) => event.type === 'run.advanced')[1];
    const fork = await client.forkRun(runId, { atSeq: firstSettled?.seq ?? 0 });
    expect(fork.forkedFrom).toBe(runId);
    await served.ended(fork.runId);
    expect((await client.getRun(fork.runId)).outcome).toEqual({ kind: 'ok', output: [0, 1, 2] });
    await expect(client.forkRun(runId, { atSeq: failed.lastSeq })).rejects.toMatchObject({
      data: { code: 'conflict' },
    });
  });

  it('publishes an event once, and starts what it triggers once', async () => {
    await served.client.putDefinition({ name: 'on-x', source: '{"steps":1,"on":"x.*"}', program: 'sequence' });
    const event = { id: '1', source: 'test', type: 'x.y', data: '{}' };
    const first = await served.client.publish('s', event);
    const second = await served.client.publish('s', event);
    const echo = await served.client.publish('s', { ...event, id: '2', echo: true });
    expect(first.runIds).toHaveLength(1);
    expect(second).toMatchObject({ seq: first.seq, duplicate: true });
    expect(echo.runIds).toEqual([]);
    expect(await served.client.listRuns({ sessionId: 's' })).toHaveLength(1);
  });

  it('tells of its health, its limits and its extensions, the refused ones with the reason', async () => {
    const { admin } = served.client;
    const twin = defineExtension({ name: 'twin', version: '1', capabilities: [], journal: new MemoryJournal() });
    const second = connectExtension(twin, { channel: served.channel });
    await expect(second.attached()).rejects.toMatchObject({ data: { id: 'TAU-3006' } });
    const extensions = await admin.extensions();
    expect(extensions.map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([
        ['journal', 'attached'],
        ['worker', 'attached'],
        ['twin', 'refused'],
      ]),
    );
    expect((await admin.diagnose()).findings.map((finding) => finding.severity)).toContain('error');
    expect((await admin.limits()).every((limit) => limit.value > 0 && limit.reason !== '')).toBe(true);
    expect((await served.client.info()).durable).toBe(true);
  });

  it('drains: takes no new runs, lets work in flight end, and says how much it left', async () => {
    let release = (): void => {};
    let started = false;
    served.work = () =>
      new Promise((resolve) => {
        started = true;
        release = () => resolve(0);
      });
    await served.run({ steps: 2 });
    await eventually(() => started);
    const draining = served.client.admin.drain(10_000);
    await eventually(() => served.kernel.draining);
    await expect(served.run({ steps: 1 })).rejects.toMatchObject({ data: { id: 'TAU-1009' } });
    release();
    expect((await draining).abandoned).toBe(0);
  });
});

describe('a kernel with a token', () => {
  it('turns away who does not show it', async () => {
    const served = await Served.start('open-sesame');
    const stranger = connectKernel({ address: served.server.address });
    await expect(createClient(stranger).info()).rejects.toMatchObject({ data: { id: 'TAU-1005' } });
    stranger.close();
    await served.stop();
  });

  it('is needed where other machines can reach it', async () => {
    const kernel = new Kernel({ languages: [], volatile: true }, { clock: systemClock, random: systemRandom });
    await expect(serveKernel(kernel, { listen: '0.0.0.0:0' })).rejects.toMatchObject({ data: { id: 'TAU-6003' } });
    await expect(serveKernel(kernel, { listen: 'nowhere' })).rejects.toMatchObject({
      data: { id: 'TAU-6001', message: expect.stringContaining('use host:port or unix:///path') },
    });
    kernel.stop();
  });
});
