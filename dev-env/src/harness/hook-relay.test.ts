import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from 'tau-core/testing';
import { afterEach, expect, test } from 'vitest';
import { HookRelay } from './hook-relay.ts';
import { freePort } from './ports.ts';

const servers: Server[] = [];
const relays: HookRelay[] = [];

afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
  for (const server of servers.splice(0)) server.close();
});

interface Seen {
  readonly id: unknown;
  readonly sha256: string;
}

/** A receiver that refuses each delivery's first tries with these statuses. */
async function receiver(refusals: number[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => {
      seen.push({ id: request.headers['x-github-delivery'], sha256: hash.digest('hex') });
      response.writeHead(refusals.shift() ?? 202).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function relayTo(url: string): Promise<HookRelay> {
  const relay = await HookRelay.start(url);
  relays.push(relay);
  return relay;
}

test('a delivery that was refused comes again, the same to the byte, until it is accepted', async () => {
  const { url, seen } = await receiver([503, 500]);
  const relay = await relayTo(url);
  const body = '{"emoji":"🦉","spaces":  1}\n';
  const first = await fetch(relay.url, { method: 'POST', headers: { 'x-github-delivery': '7' }, body });
  expect(first.status).toBe(503);
  await eventually(() => relay.pending === 0);
  const sha256 = createHash('sha256').update(body).digest('hex');
  expect(seen).toEqual([
    { id: '7', sha256 },
    { id: '7', sha256 },
    { id: '7', sha256 },
  ]);
  expect(relay).toMatchObject({ received: 1, delivered: 1, redeliveries: 2 });
});

test('a receiver that is down is told to the stand-in as 502', async () => {
  const relay = await relayTo(`http://127.0.0.1:${await freePort()}/`);
  const first = await fetch(relay.url, { method: 'POST', body: '{}' });
  expect(first.status).toBe(502);
  expect(relay.pending).toBe(1);
});
