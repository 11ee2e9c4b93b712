import { expect, onTestFinished, test } from 'vitest';
import { AT_ONCE, clientOf, clientOfScript, kernelOf } from '../../test/client-fixture.js';
import { type KernelScript, startCuttingProxy } from '../../test/scripted-kernel.js';
import { errorToProto, type kernelv1 } from '../contract/index.js';
import { eventually } from '../testing/eventually.js';
import { seededRandom } from '../testing/seeded-random.js';
import type { CloudEvent } from '../vocabulary/cloud-event.js';
import { errorData, tauError } from '../vocabulary/tau-error.js';

function event(index: number, data = '{}'): CloudEvent {
  return { id: `e${index}`, source: 'test', type: 'test.made', data };
}

/** One session that keeps what is published, once each, as a region does. */
function region() {
  const ids: string[] = [];
  const accept = (item: kernelv1.PublishEventRequest): kernelv1.PublishAck => {
    const id = item.event?.id ?? '';
    const known = ids.indexOf(id) + 1;
    if (known === 0) ids.push(id);
    const value = { seq: known === 0 ? ids.length : known, duplicate: known !== 0, runIds: [`run-${id}`] };
    return { result: { $case: 'accepted', value } };
  };
  return { ids, accept };
}

/** A kernel that accepts all; `cut` is asked before and after each message takes effect. */
function scriptOf(
  accept: (item: kernelv1.PublishEventRequest) => kernelv1.PublishAck,
  cut: () => boolean = () => false,
) {
  const batches: number[] = [];
  const script: KernelScript = {
    events: {
      async *publishEvents(requests) {
        for await (const { items } of requests) {
          if (cut()) throw tauError('UNREACHABLE', 'scripted cut');
          batches.push(items.length);
          const acks = items.map(accept);
          if (cut()) throw tauError('UNREACHABLE', 'scripted cut');
          yield { acks };
        }
      },
    },
  };
  return { script, batches };
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `e${index}`);
}

test('publishes in order and answers each with its own receipt', async () => {
  const { ids: stored, accept } = region();
  const { script, batches } = scriptOf(accept);
  const publisher = (await clientOfScript(script)).publisher();
  const receipts = await Promise.all(ids(1_000).map((_, index) => publisher.publish('s', event(index))));
  expect(stored).toEqual(ids(1_000));
  expect(receipts.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  expect(receipts[7]).toEqual({ seq: 8, duplicate: false, runIds: ['run-e7'] });
  expect(batches).toEqual([256, 256, 256, 232]);
  await publisher.close();
});

test('a kernel that ends the stream at any moment: every event once, in order, every call answered', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = seededRandom(seed);
    const { ids: stored, accept } = region();
    const { script } = scriptOf(accept, () => random.next() < 0.3);
    const publisher = (await clientOfScript(script)).publisher({ windowMax: 1 + random.int(40) });
    const calls = ids(200).map((_, index) => publisher.publish('s', event(index)));
    const receipts = await Promise.all(calls);
    expect(stored, `seed ${seed}`).toEqual(ids(200));
    expect(receipts.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    await publisher.close();
  }
});

test('a connection that is cut at any byte: every event once, in order', async () => {
  let cuts = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = seededRandom(seed);
    const { ids: stored, accept } = region();
    const proxy = await startCuttingProxy(await kernelOf(scriptOf(accept).script), () => 150 + random.int(1_500));
    onTestFinished(() => proxy.stop());
    const publisher = clientOf(proxy.address).publisher({ windowMax: 20 });
    await Promise.all(ids(300).map((_, index) => publisher.publish('s', event(index))));
    expect(stored, `seed ${seed}`).toEqual(ids(300));
    await publisher.close();
    cuts += proxy.cuts;
  }
  expect(cuts).toBeGreaterThan(20);
});

test('no more than the window is on its way, and ready() waits for room', async () => {
  const { accept } = region();
  let release = (): void => undefined;
  const received: number[] = [];
  const client = await clientOfScript({
    events: {
      async *publishEvents(requests) {
        for await (const { items } of requests) {
          received.push(items.length);
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          yield { acks: items.map(accept) };
        }
      },
    },
  });
  const publisher = client.publisher({ windowMax: 10 });
  const calls = ids(25).map((_, index) => publisher.publish('s', event(index)));
  let room = false;
  const ready = publisher.ready().then(() => {
    room = true;
  });
  await eventually(() => received.length === 1);
  expect(received).toEqual([10]);
  release();
  await eventually(() => received.length === 2);
  expect(received).toEqual([10, 10]);
  expect(room).toBe(false);
  release();
  await eventually(() => received.length === 3);
  await ready;
  release();
  await Promise.all(calls);
  await publisher.close();
});

test('a refused event rejects its own call alone, with the error of the session', async () => {
  const { accept } = region();
  const refused = errorToProto(errorData('JOURNAL_ABSENT', 'attach a journal'));
  const { script } = scriptOf((item) =>
    item.event?.id === 'e1' ? { result: { $case: 'refused', value: refused } } : accept(item),
  );
  const publisher = (await clientOfScript(script)).publisher();
  const settled = await Promise.allSettled([0, 1, 2].map((index) => publisher.publish('s', event(index))));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[1]).toMatchObject({ reason: { data: { id: 'TAU-2001', message: 'attach a journal' } } });
  await publisher.close();
});

test('a refused stream rejects what waits, and the next event opens another one', async () => {
  const { accept } = region();
  let denied = true;
  const { script } = scriptOf(accept);
  const publishEvents: typeof script.events = {
    async *publishEvents(requests, context) {
      if (denied) throw tauError('DENIED', 'not yours');
      yield* script.events?.publishEvents?.(requests, context) ?? [];
    },
  };
  const publisher = (await clientOfScript({ events: publishEvents })).publisher();
  const settled = await Promise.allSettled([0, 1].map((index) => publisher.publish('s', event(index))));
  expect(settled.every((result) => result.status === 'rejected' && result.reason.is('DENIED'))).toBe(true);
  denied = false;
  expect(await publisher.publish('s', event(2))).toMatchObject({ seq: 1 });
  await publisher.close();
});

test('when the kernel stays away beyond the limit, calls are rejected with what to do next', async () => {
  const client = clientOf('127.0.0.1:1', { reconnect: { ...AT_ONCE, limitMs: 0 } });
  const publisher = client.publisher();
  await expect(publisher.publish('s', event(0))).rejects.toMatchObject({
    data: { id: 'TAU-1010', outcome: 'unknown' },
    message: expect.stringContaining('start it with "tau kernel start"'),
  });
  await publisher.close();
});

test('close flushes what was published, then takes nothing more', async () => {
  const { ids: stored, accept } = region();
  const publisher = (await clientOfScript(scriptOf(accept).script)).publisher({ windowMax: 7 });
  const calls = ids(50).map((_, index) => publisher.publish('s', event(index)));
  await publisher.close();
  expect(stored).toEqual(ids(50));
  await Promise.all(calls);
  await expect(publisher.publish('s', event(51))).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
  await publisher.close();
});

test('a publisher that was idle, and cut while it was, goes on', async () => {
  const { ids: stored, accept } = region();
  let openings = 0;
  let end = (): void => undefined;
  const client = await clientOfScript({
    events: {
      async *publishEvents(requests) {
        openings += 1;
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        const iterator = requests[Symbol.asyncIterator]();
        for (;;) {
          const next = await Promise.race([iterator.next(), ended]);
          if (next === undefined) throw tauError('UNREACHABLE', 'scripted cut');
          if (next.done) return;
          yield { acks: next.value.items.map(accept) };
        }
      },
    },
  });
  const publisher = client.publisher();
  await publisher.publish('s', event(0));
  end();
  await publisher.publish('s', event(1));
  await publisher.publish('s', event(2));
  expect(stored).toEqual(ids(3));
  expect(openings).toBe(2);
  await publisher.close();
});

test('an event that cannot travel, and a window that cannot be, are refused at once', async () => {
  const publisher = clientOf('127.0.0.1:1').publisher();
  await expect(publisher.publish('s', event(0, 'x'.repeat(9_000_000)))).rejects.toMatchObject({
    data: { id: 'TAU-1007' },
  });
  expect(() => clientOf('127.0.0.1:1').publisher({ windowMax: 0 })).toThrow('windowMax is 0');
});

test('a batch of large events stays within one message', async () => {
  const { ids: stored, accept } = region();
  const { script, batches } = scriptOf(accept);
  const publisher = (await clientOfScript(script)).publisher();
  const large = 'ü'.repeat(1_000_000);
  await Promise.all(ids(12).map((_, index) => publisher.publish('s', event(index, large))));
  expect(stored).toEqual(ids(12));
  expect(batches.every((items) => items <= 3)).toBe(true);
  await publisher.close();
});
