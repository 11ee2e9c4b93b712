import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from 'tau-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StandIn, startStandIn } from './stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'tau-stand-in-'));
let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn(folder);
});
afterAll(async () => {
  await standIn.service.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the stand-in signs what it delivers, and a delivery that failed is not repeated', async () => {
  const taken: { event: unknown; signature: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { 'x-github-event': event, 'x-hub-signature-256': signature } = request.headers;
      taken.push({ event, signature, body });
      response.writeHead(taken.length === 1 ? 500 : 202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hook = await standIn.owner.createHook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret');
  await standIn.reporter.openIssue('Bug: one', 'first');
  await eventually(async () => (await standIn.owner.deliveries(hook)).length === 1);
  await standIn.reporter.openIssue('Bug: two', 'second');
  await eventually(async () => (await standIn.owner.deliveries(hook)).length === 2);
  server.close();

  const statuses = (await standIn.owner.deliveries(hook)).map(({ id, status_code }) => [id, status_code]);
  expect(statuses.sort()).toEqual([
    [1, 500],
    [2, 202],
  ]);
  for (const { event, signature, body } of taken) {
    expect(event).toBe('issues');
    expect(signature).toBe(`sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`);
  }
  const issue = await standIn.owner.issue(1);
  expect(issue).toMatchObject({ title: 'Bug: one', body: 'first', labels: [], milestone: null });
  expect((await standIn.owner.issueEvents(1)).map(({ event, actor }) => [event, actor.login])).toEqual([
    ['opened', 'rita'],
  ]);
});
