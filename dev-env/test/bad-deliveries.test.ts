import { expect, test } from 'vitest';
import { type Accepted, deliver } from './delivery.ts';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

const PAYLOAD_BYTES_MAX = 2 * 1024 * 1024;
const BODY = JSON.stringify({ action: 'opened', issue: { number: 1 }, repository: { full_name: 'octo/shop' } });

test('a wrong signature is refused with 401, and an audit event tells of it', async () => {
  const { receiver, client } = cluster();
  const response = await deliver(receiver, { id: 'forged', event: 'issues', body: BODY, secret: 'another secret' });
  expect(response.status).toBe(401);
  for await (const item of client.subscribe('tau/audit', { fromSeq: 1, types: ['tau.audit.*'] })) {
    expect(item).toMatchObject({ kind: 'event', event: { type: 'tau.audit.signature_rejected' } });
    if (item.kind === 'event')
      expect(JSON.parse(item.event.data)).toMatchObject({ deliveryId: 'forged', event: 'issues' });
    break;
  }
  // Nothing of it got into the repository's session.
  const accepted = (await (await deliver(receiver, { id: 'honest', event: 'issues', body: BODY })).json()) as Accepted;
  for await (const item of client.subscribe(accepted.session, { fromSeq: 1, types: ['github.*'] })) {
    expect(item).toMatchObject({ kind: 'event', event: { id: accepted.event } });
    break;
  }
});

test('a payload over the limit is refused by its size, and one just below it is taken', async () => {
  const padded = (bytes: number): string => {
    const frame = JSON.stringify({ repository: { full_name: 'octo/large' }, padding: '' });
    return frame.replace('"padding":""', `"padding":"${'x'.repeat(bytes - frame.length)}"`);
  };
  const { receiver } = cluster();
  const tooLarge = await deliver(receiver, { id: 'large', event: 'push', body: padded(PAYLOAD_BYTES_MAX + 1) });
  expect(tooLarge.status).toBe(413);
  // By size alone: not even its signature was looked at.
  const forged = { id: 'larger', event: 'push', body: padded(PAYLOAD_BYTES_MAX + 1), secret: 'another secret' };
  expect((await deliver(receiver, forged)).status).toBe(413);
  const largest = await deliver(receiver, { id: 'largest', event: 'push', body: padded(PAYLOAD_BYTES_MAX) });
  expect(largest.status).toBe(202);
});

test('a body that is no JSON object is refused', async () => {
  const response = await deliver(cluster().receiver, { id: 'list', event: 'push', body: '[1, 2]' });
  expect(response.status).toBe(400);
});
