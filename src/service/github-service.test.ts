import { tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually } from 'tau-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliver, SECRET } from '../../test/receiving.js';
import { SmallKernel } from '../../test/small-kernel.js';
import { BOT, REPOSITORY, type StandIn, standIn, TOKENS } from '../../test/stand-in.js';
import { readConfig, type ServiceOptions } from './config.js';
import { type GithubService, startService } from './github-service.js';

interface Line {
  readonly event: string;
  readonly [name: string]: unknown;
}

let kernel: SmallKernel;
let github: StandIn;
let service: GithubService | undefined;
let lines: Line[];

beforeEach(async () => {
  lines = [];
  kernel = new SmallKernel();
  [github] = await Promise.all([standIn(), kernel.start()]);
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
  kernel.kill();
  await github.close();
});

async function start(options: Partial<ServiceOptions> = {}, ready = true): Promise<GithubService> {
  const config = readConfig(
    {
      kernel: kernel.address,
      listen: '127.0.0.1:0',
      apiUrl: github.url,
      token: TOKENS.bot,
      webhookSecret: SECRET,
      ...options,
    },
    {},
  );
  const report = { event: (event: string, fields: object) => void lines.push({ event, ...fields }) };
  service = await startService(config, { report, clock: systemClock, random: systemRandom });
  if (ready) await line('ready');
  return service;
}

const line = (name: string) => eventually(() => lines.find(({ event }) => event === name), { what: name });
const types = (of: (taken: SmallKernel['events'][number]) => boolean = () => true) =>
  kernel.events.filter(of).map(({ event }) => event.type);

describe('the service', () => {
  it('takes the deliveries of GitHub as durable events of the repository', async () => {
    const { url } = await start();
    await github.addHook(url, SECRET);
    const issue = await github.openIssue('It is broken');
    await eventually(() => kernel.events.length === 1);
    const [taken] = kernel.events;
    expect(taken).toMatchObject({ sessionId: 'github/octo/shop', durability: kernelv1.Durability.DURABLE });
    expect(taken?.event).toMatchObject({ type: 'github.issues.opened', subject: `issues/${issue}` });
    expect(taken?.event.echo).toBeUndefined();
    expect(JSON.parse(taken?.event.data ?? '')).toMatchObject({ issue: { title: 'It is broken' } });
  });

  it('does the work that the kernel sends, and knows the change that comes back for its own', async () => {
    const { url } = await start();
    await github.addHook(url, SECRET);
    const issue = await github.openIssue();
    const input = { repository: REPOSITORY, issue };
    const outcomes = await Promise.all([
      kernel.call('action:github/add-labels@v1', { ...input, labels: ['bug'] }),
      kernel.call('action:github/comment@v1', { ...input, body: 'Thank you' }),
      kernel.call('action:github/assign@v1', { ...input, assignees: 'alice' }),
    ]);
    for (const outcome of outcomes) expect(outcome.kind).toBe('ok');
    await eventually(() => kernel.events.length === 4);
    expect(types(({ event }) => event.echo === true).sort()).toEqual([
      'github.issue_comment.created',
      'github.issues.assigned',
      'github.issues.labeled',
    ]);
    expect(types(({ event }) => event.echo !== true)).toEqual(['github.issues.opened']);
  });

  it('looks before it comments again, when the kernel sends work once more', async () => {
    await start();
    const issue = await github.openIssue();
    const input = { repository: REPOSITORY, issue, body: 'Hello' };
    const work = { idempotencyKey: 'run-1/greet' };
    await kernel.call('action:github/comment@v1', input, work);
    const again = await kernel.call('action:github/comment@v1', input, { ...work, redelivered: true });
    expect(again).toMatchObject({ kind: 'ok', output: { created: false } });
    expect(await github.comments(issue)).toHaveLength(1);
  });

  it('refuses inputs by what is wrong with them', async () => {
    await start();
    const outcome = await kernel.call('action:github/comment@v1', { repository: REPOSITORY, issue: 1 });
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { id: 'TAU-3004', message: expect.stringContaining('body') },
    });
  });

  it('registers under a name that stays, with all its actions', async () => {
    await start();
    const [registration] = kernel.registrations;
    expect(registration).toMatchObject({ name: 'tau-ext-github', instanceId: 'tau-ext-github' });
    expect(registration?.capabilities.map(({ kind, name }) => `${kind}:${name}`)).toEqual([
      'action:github/add-labels@v1',
      'action:github/remove-label@v1',
      'action:github/comment@v1',
      'action:github/assign@v1',
      'action:github/set-milestone@v1',
      'action:github/close-issue@v1',
    ]);
    for (const { inputSchemaJson } of registration?.capabilities ?? []) expect(inputSchemaJson).toContain('repository');
  });

  it('says that it is ready once, with its address, and who it is', async () => {
    const { url } = await start();
    const address = new URL(url).host;
    expect(await line('ready')).toMatchObject({ address, url, api: github.url, logins: [BOT] });
    expect(lines.filter(({ event }) => event === 'ready')).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${SECRET}|${TOKENS.bot}`));
  });
});

describe('when the kernel goes away', () => {
  it('holds deliveries until it is back: none is lost, none comes twice', async () => {
    const { url } = await start();
    kernel.kill();
    const held = [1, 2, 3].map((id) => deliver(url, JSON.stringify({ zen: id }), { event: 'ping', id: String(id) }));
    await eventually(async () => ((await health(url)) as { inFlight: number }).inFlight === 3);
    await kernel.start();
    for (const response of await Promise.all(held)) expect(response.status).toBe(200);
    expect(kernel.events).toHaveLength(3);
    await eventually(async () => (await health(url)).kernel === 'attached');
  });

  it('passes on that there is no journal', async () => {
    const { url } = await start();
    kernel.refusal = tauError('JOURNAL_ABSENT', 'no journal is attached');
    const response = await deliver(url, '{}', { event: 'ping' });
    expect([response.status, response.headers.has('retry-after')]).toEqual([503, true]);
    expect(await line('problem')).toMatchObject({ id: 'TAU-2001' });
  });
});

describe('when GitHub is away at the start', () => {
  it('says so in one line and takes deliveries all the same', async () => {
    const port = github.port;
    await github.close();
    const { url } = await start({ apiUrl: `http://127.0.0.1:${port}` });
    expect(await line('github.away')).toMatchObject({ reason: { id: 'TAU-5001' } });
    expect(lines.filter(({ event }) => event.startsWith('github.'))).toHaveLength(1);
    expect((await deliver(url, '{}', { event: 'ping' })).status).toBe(200);
    expect(await health(url)).toMatchObject({ github: 'away', kernel: 'attached' });
  });
});

describe('a second one on the same port', () => {
  it('is refused with one clear error', async () => {
    const { url } = await start();
    const listen = new URL(url).host;
    const config = readConfig(
      { listen, apiUrl: github.url, token: 'x', webhookSecret: 'x', kernel: kernel.address },
      {},
    );
    const second = startService(config, {
      report: { event: () => undefined },
      clock: systemClock,
      random: systemRandom,
    });
    await expect(second).rejects.toMatchObject({ data: { id: 'TAU-6002', message: expect.stringContaining(listen) } });
  });
});

async function health(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(new URL('/healthz', url))).json()) as Record<string, unknown>;
}
