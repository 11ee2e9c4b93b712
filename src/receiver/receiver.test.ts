import { errorData, TauError, tauError } from 'tau-core';
import { eventually } from 'tau-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { open } from '../../test/raw-http.js';
import { deliver, deliveryHeaders, type Receiving, receiving } from '../../test/receiving.js';
import { recorded } from '../../test/recorded.js';

const opened = JSON.stringify({
  action: 'opened',
  issue: { number: 7 },
  repository: { full_name: 'octo/shop' },
  sender: { login: 'alice' },
});

let current: Receiving | undefined;

async function start(...options: Parameters<typeof receiving>): Promise<Receiving> {
  current = await receiving(...options);
  return current;
}

afterEach(async () => {
  await current?.receiver.close();
  current = undefined;
});

async function errorOf(response: Response): Promise<{ id: string; message: string }> {
  return ((await response.json()) as { error: { id: string; message: string } }).error;
}

describe('a signed delivery', () => {
  it('is answered 202 after its event was published, with session and event id', async () => {
    const { receiver, memory } = await start();
    const response = await deliver(receiver.url, opened);
    expect(response.status).toBe(202);
    const [published] = memory.events;
    expect(await response.json()).toEqual({
      session: 'github/octo/shop',
      event: published?.event.id,
      seq: 1,
      duplicate: false,
    });
    expect(published?.sessionId).toBe('github/octo/shop');
    expect(published?.event).toMatchObject({ type: 'github.issues.opened', subject: 'issues/7', data: opened });
    expect(published?.event.time).toBe('2026-01-01T00:00:00.000Z');
  });

  it('is a duplicate when the same delivery comes again', async () => {
    const { receiver, memory } = await start();
    await deliver(receiver.url, opened);
    const again = await deliver(receiver.url, opened);
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ duplicate: true, seq: 1 });
    expect(memory.events).toHaveLength(1);
  });

  it('is another event when a sender that counts from 1 again sends another body under the same id', async () => {
    const { receiver, memory } = await start();
    await deliver(receiver.url, opened, { id: '1' });
    await deliver(receiver.url, opened.replace('"number":7', '"number":8'), { id: '1' });
    expect(memory.events.map(({ event }) => event.subject)).toEqual(['issues/7', 'issues/8']);
  });

  it('is an echo when TAU itself made the change', async () => {
    const { receiver, memory } = await start({ ownLogins: () => ['alice'] });
    await deliver(receiver.url, opened);
    expect(memory.events[0]?.event.echo).toBe(true);
  });

  it('is answered 200 when it is a ping, and published all the same', async () => {
    const { receiver, memory } = await start();
    const response = await deliver(receiver.url, '{"zen":"Keep it logically awesome."}', { event: 'ping' });
    expect(response.status).toBe(200);
    expect(memory.events.map(({ sessionId, event }) => [sessionId, event.type])).toEqual([['github/-', 'github.ping']]);
  });

  it('keeps every recorded payload to the byte', async () => {
    const { receiver, memory } = await start();
    for (const [index, { name, payload }] of recorded.entries()) {
      const body = JSON.stringify(payload);
      const response = await deliver(receiver.url, body, { event: name, id: String(index) });
      await response.arrayBuffer();
      expect(response.ok, name).toBe(true);
      expect(memory.events.at(-1)?.event.data).toBe(body);
    }
    expect(memory.events).toHaveLength(329);
  });
});

describe('the acknowledgement', () => {
  it('waits for the publish', async () => {
    const { receiver, memory } = await start();
    let release: () => void = () => undefined;
    memory.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    let answered = false;
    const response = deliver(receiver.url, opened).then((answer) => {
      answered = true;
      return answer;
    });
    await eventually(async () => (await health(receiver.url)).inFlight === 1);
    await health(receiver.url);
    expect(answered).toBe(false);
    expect(memory.events).toEqual([]);
    memory.before = async () => undefined;
    release();
    expect((await response).status).toBe(202);
  });

  it('is 503 with Retry-After when the kernel has no journal', async () => {
    const { receiver, memory, problems } = await start();
    memory.before = async () => {
      throw new TauError(errorData('JOURNAL_ABSENT', 'no journal is attached', { retryAfterMs: 1_500 }));
    };
    const response = await deliver(receiver.url, opened);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await errorOf(response)).toEqual({ id: 'TAU-2001', message: 'no journal is attached' });
    expect(problems.map(({ id }) => id)).toEqual(['TAU-2001']);
  });

  it.each([
    ['INVALID_ARGUMENT', 422],
    ['LIMIT_EXCEEDED', 413],
    ['UNAUTHENTICATED', 503],
    ['UNREACHABLE', 503],
  ] as const)('passes %s of the kernel on as %i', async (name, status) => {
    const { receiver, memory } = await start();
    memory.before = async () => {
      throw tauError(name, 'no');
    };
    expect((await deliver(receiver.url, opened)).status).toBe(status);
  });

  it('is 503 when the kernel does not answer within the deadline', async () => {
    const { receiver, memory, clock } = await start();
    memory.before = () => new Promise(() => undefined);
    const response = deliver(receiver.url, opened);
    await eventually(() => clock.pending > 0);
    clock.advance(7_999);
    expect((await health(receiver.url)).inFlight).toBe(1);
    clock.advance(1);
    expect((await response).status).toBe(503);
    expect((await response).headers.get('retry-after')).toBe('5');
    expect(await errorOf(await response)).toMatchObject({ id: 'TAU-1010' });
  });

  it('is 503 beyond the deliveries that may be in flight', async () => {
    const { receiver, memory } = await start({ limits: { inFlightMax: 1 } });
    let release: () => void = () => undefined;
    memory.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const first = deliver(receiver.url, opened, { id: '1' });
    await eventually(async () => (await health(receiver.url)).inFlight === 1);
    const second = await deliver(receiver.url, opened, { id: '2' });
    expect(second.status).toBe(503);
    expect(await errorOf(second)).toMatchObject({ id: 'TAU-1008' });
    release();
    expect((await first).status).toBe(202);
    memory.before = async () => undefined;
    await eventually(async () => (await health(receiver.url)).inFlight === 0);
    expect((await deliver(receiver.url, opened, { id: '2' })).status).toBe(202);
  });
});

describe('a wrong signature', () => {
  it.each([
    ['of another secret', { secret: 'another' }, 'wrong'],
    ['that is none', { headers: { 'x-hub-signature-256': undefined } }, 'missing'],
    ['that is empty', { headers: { 'x-hub-signature-256': '' } }, 'wrong'],
    ['of another form', { headers: { 'x-hub-signature-256': 'sha256=zz' } }, 'wrong'],
    [
      'of the retired kind alone',
      { headers: { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=00' } },
      'missing',
    ],
  ])('%s is answered 401, audited, and published nowhere else', async (_, parts, signature) => {
    const { receiver, memory } = await start();
    const response = await deliver(receiver.url, opened, { ...parts, id: 'd-1' });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toMatchObject({ id: 'TAU-5006' });
    const [audit] = await eventually(() => memory.events.length > 0 && memory.events);
    expect(audit?.sessionId).toBe('tau/audit');
    expect(audit?.event.type).toBe('tau.audit.signature_rejected');
    expect(JSON.parse(audit?.event.data ?? '')).toEqual({
      deliveryId: 'd-1',
      event: 'issues',
      signature,
      remoteAddress: '127.0.0.1',
      bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(memory.events).toHaveLength(1);
  });

  it('is found before the body is parsed', async () => {
    const { receiver } = await start();
    expect((await deliver(receiver.url, '{ no json', { secret: 'another' })).status).toBe(401);
    expect((await deliver(receiver.url, '', {})).status).toBe(401);
  });

  it('adds a bounded number of events, however many come', async () => {
    const { receiver, memory, clock } = await start({ limits: { auditEventsMax: 2 } });
    for (let index = 0; index < 7; index += 1)
      await deliver(receiver.url, opened, { secret: 'another', id: `d-${index}` });
    await eventually(() => memory.events.length === 2);
    clock.advance(60_000);
    await eventually(() => memory.events.length === 3);
    expect(JSON.parse(memory.events[2]?.event.data ?? '')).toEqual({ coalesced: 5, withinMs: 60_000 });
  });
});

describe('what is no delivery', () => {
  it.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /content type to application\/json/],
    ['no content type', { 'content-type': '' }, 415, /application\/json/],
    ['a compressed body', { 'content-encoding': 'gzip' }, 415, /content-encoding/],
    ['no event name', { 'x-github-event': undefined }, 400, /X-GitHub-Event/],
    ['no delivery id', { 'x-github-delivery': undefined }, 400, /X-GitHub-Delivery/],
    ['a delivery id of another form', { 'x-github-delivery': 'a b' }, 400, /X-GitHub-Delivery/],
  ])('%s is refused with what to do', async (_, headers, status, message) => {
    const { receiver, memory } = await start();
    const response = await deliver(receiver.url, opened, { headers });
    expect(response.status).toBe(status);
    expect((await errorOf(response)).message).toMatch(message);
    expect(memory.events).toEqual([]);
  });

  it('a signed body that is no JSON object is 400', async () => {
    const { receiver } = await start();
    for (const body of ['{', '[]', '\ufeff{}']) expect((await deliver(receiver.url, body)).status).toBe(400);
  });

  it('a body that is no UTF-8 is 400', async () => {
    const { receiver } = await start();
    const headers = await deliveryHeaders(opened);
    const response = await fetch(receiver.url, { method: 'POST', headers, body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(response.status).toBe(400);
  });

  it('other paths and methods are told where to go', async () => {
    const { receiver } = await start();
    const base = new URL(receiver.url).origin;
    const lost = await fetch(`${base}/`, { method: 'POST', body: opened });
    expect(lost.status).toBe(404);
    expect((await errorOf(lost)).message).toContain('/webhooks');
    const got = await fetch(receiver.url);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${receiver.url}?from=github`, { method: 'POST' })).status).toBe(415);
  });

  it('a question about health is answered', async () => {
    const { receiver } = await start({ health: () => ({ kernel: 'attached' }) });
    expect(await health(receiver.url)).toEqual({ status: 'ok', inFlight: 0, kernel: 'attached' });
    expect((await fetch(healthUrl(receiver.url), { method: 'POST' })).status).toBe(405);
  });
});

describe('close', () => {
  it('finishes what is in flight, takes nothing more, and can be repeated', async () => {
    const { receiver, memory } = await start();
    let release: () => void = () => undefined;
    memory.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const kept = await open(receiver.port);
    const response = deliver(receiver.url, opened);
    await eventually(async () => (await health(receiver.url)).inFlight === 1);
    let closed = false;
    const closing = receiver.close().then(() => {
      closed = true;
    });
    await expect(open(receiver.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(closed).toBe(false);
    release();
    expect((await response).status).toBe(202);
    await closing;
    await receiver.close();
    expect(memory.events).toHaveLength(1);
    kept.destroy();
  });

  it('gives up on what does not end within the grace', async () => {
    const { receiver, memory, clock } = await start({ limits: { publishDeadlineMs: 20_000, closeGraceMs: 9_000 } });
    memory.before = () => new Promise(() => undefined);
    const cut = expect(deliver(receiver.url, opened)).rejects.toThrow();
    await eventually(() => clock.pending === 1);
    const closing = receiver.close();
    clock.advance(9_000);
    await closing;
    await cut;
  });

  it('leaves the port free for the next', async () => {
    const { receiver } = await start();
    await expect(receiving({ port: receiver.port })).rejects.toMatchObject({ data: { id: 'TAU-6002' } });
    await receiver.close();
    const next = await receiving({ port: receiver.port });
    await next.receiver.close();
  });

  it('says what is wrong with an address that is not here', async () => {
    await expect(receiving({ host: '192.0.2.1' })).rejects.toMatchObject({ data: { id: 'TAU-6001' } });
  });
});

function healthUrl(url: string): string {
  return `${new URL(url).origin}/healthz`;
}

async function health(url: string): Promise<{ inFlight: number }> {
  return (await (await fetch(healthUrl(url))).json()) as { inFlight: number };
}
