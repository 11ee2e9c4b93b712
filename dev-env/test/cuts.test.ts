import { connectKernel, createClient, type TauClient } from 'tau-core/client';
import { eventually, seededRandom } from 'tau-core/testing';
import { expect, test } from 'vitest';
import { CuttingProxy } from '../src/harness/cutting-proxy.ts';
import { KERNEL_TOKEN } from '../src/harness/members.ts';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

const SEED = 20_261_120;
const CUTS = 10_000;
const WATCHERS = 20;
/** Enough for a connection's greeting and one message with all that a watcher lacks; most connections see few events. */
const BYTES_MAX = 12_000;
/** Bytes that fill an event. */
const FILLING = 200;
/** Events that the slowest watcher may be behind: one message brings them all, and has to come through between cuts. */
const BEHIND_MAX = 20;
const SESSION = 'harness/cuts';
const RECONNECT = { backoff: { firstMs: 1, factor: 2, maxMs: 20 }, limitMs: 60_000 };

interface Watcher {
  readonly client: TauClient;
  readonly seqs: number[];
  close(): void;
}

/** A watcher that goes through the proxy, on a connection of its own. */
function watcher(address: string): Watcher {
  const channel = connectKernel({ address, token: KERNEL_TOKEN });
  return { client: createClient(channel, { reconnect: RECONNECT }), seqs: [], close: () => channel.close() };
}

/** The end is an event of its own: a watcher may see an event before its publisher hears that it was accepted. */
async function watchToEnd({ client, seqs }: Watcher): Promise<void> {
  for await (const item of client.subscribe(SESSION, { fromSeq: 1, types: ['harness.tick', 'harness.end'] })) {
    if (item.kind === 'gap') throw new Error(`events ${item.fromSeq} to ${item.toSeq} are gone`);
    if (item.event.type === 'harness.end') return;
    seqs.push(item.event.regionSeq);
  }
}

/** Publishes ticks to the session and keeps their sequence numbers. */
function ticker(client: TauClient): {
  readonly seqs: number[];
  tick(): Promise<void>;
  end(): Promise<void>;
} {
  const filling = 'x'.repeat(FILLING);
  const publisher = client.publisher();
  const seqs: number[] = [];
  return {
    seqs,
    tick: async () => {
      const event = {
        id: String(seqs.length),
        source: 'harness',
        type: 'harness.tick',
        data: JSON.stringify({ filling }),
      };
      const { seq } = await publisher.publish(SESSION, event);
      seqs.push(seq);
    },
    end: async () => {
      await publisher.publish(SESSION, { id: 'end', source: 'harness', type: 'harness.end', data: '{}' });
      await publisher.close();
    },
  };
}

test(`${CUTS} random cuts of watching clients: no event lost, none repeated`, { timeout: 300_000 }, async () => {
  const { client, places } = cluster();
  const port = Number(places.kernel.split(':')[1]);
  const proxy = await CuttingProxy.start({ port, random: seededRandom(SEED), bytesMax: BYTES_MAX, cutsMax: CUTS });
  const watchers = Array.from({ length: WATCHERS }, () => watcher(proxy.address));
  const ticks = ticker(client);
  let failed = false;
  const watching = Promise.all(watchers.map(watchToEnd));
  watching.catch(() => {
    failed = true;
  });
  // A client's first question to a kernel is not repeated; what comes after is.
  await ticks.tick();
  await eventually(() => watchers.every(({ seqs }) => seqs.length === 1));
  proxy.arm();
  // As fast as the slowest watcher follows: what is tried is the cuts, not the size of a journal.
  const behind = (): number => ticks.seqs.length - Math.min(...watchers.map(({ seqs }) => seqs.length));
  while (proxy.cuts < CUTS && !failed) {
    await ticks.tick();
    await eventually(() => failed || behind() < BEHIND_MAX, { what: 'the slowest watcher', limitMs: 60_000 });
  }
  await ticks.end();
  await watching;
  for (const one of watchers) one.close();
  await proxy.close();

  expect(proxy.cuts).toBeGreaterThanOrEqual(CUTS);
  for (const { seqs } of watchers) expect(seqs).toEqual(ticks.seqs);
});
