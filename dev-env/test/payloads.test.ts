import { createRequire } from 'node:module';
import type { PlacedEvent } from 'tau-core';
import { expect, test } from 'vitest';
import type { Cluster } from '../src/harness/cluster.ts';
import { type Accepted, deliver } from './delivery.ts';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

/** The package is one JSON file. */
const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly unknown[];
}[];

/** Every recorded payload of every event. */
const PAYLOADS = EXAMPLES.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({
    id: `${name}-${index}`.replaceAll('_', '-'),
    event: name,
    body: JSON.stringify(payload),
  })),
);

async function firstEvents({ client }: Cluster, sessionId: string, count: number): Promise<readonly PlacedEvent[]> {
  const found: PlacedEvent[] = [];
  for await (const item of client.subscribe(sessionId, { fromSeq: 1, types: ['github.*'] })) {
    if (item.kind === 'gap') throw new Error(`events ${item.fromSeq} to ${item.toSeq} of ${sessionId} are gone`);
    if (found.push(item.event) === count) break;
  }
  return found;
}

test('all 329 recorded payloads, signed, are accepted, mapped, journaled and read back equal', async () => {
  expect(PAYLOADS).toHaveLength(329);
  const accepted = new Map<string, { readonly body: string; readonly event: string; readonly answer: Accepted }>();
  for (const { id, event, body } of PAYLOADS) {
    const response = await deliver(cluster().receiver, { id, event, body });
    expect([id, response.ok]).toEqual([id, true]);
    const answer = (await response.json()) as Accepted;
    expect(answer.duplicate).toBe(false);
    accepted.set(answer.event, { body, event, answer });
  }
  expect(accepted.size).toBe(329);

  const sessions = Map.groupBy(accepted.values(), ({ answer }) => answer.session);
  let read = 0;
  for (const [sessionId, deliveries] of sessions) {
    for (const event of await firstEvents(cluster(), sessionId, deliveries.length)) {
      const delivery = accepted.get(event.id);
      expect(event.data).toBe(delivery?.body);
      expect(event.regionSeq).toBe(delivery?.answer.seq);
      expect(event.region).toBe(sessionId);
      expect(event.type.split('.').slice(0, 2)).toEqual(['github', delivery?.event]);
      read += 1;
    }
  }
  expect(read).toBe(329);
});

test('a delivery that comes again is accepted again, and journaled once', async () => {
  const body = JSON.stringify({ zen: 'Design for failure.', repository: { full_name: 'octo/again' } });
  const answers: Accepted[] = [];
  for (let time = 0; time < 3; time += 1) {
    const response = await deliver(cluster().receiver, { id: 'again', event: 'watch', body });
    answers.push((await response.json()) as Accepted);
  }
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
  expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1);
});
