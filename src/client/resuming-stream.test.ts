import { expect, test } from 'vitest';
import type { KernelChannel } from '../contract/index.js';
import { World } from '../testing/world.js';
import { type TauError, tauError } from '../vocabulary/tau-error.js';
import { type ClientContext, clientContext } from './client-context.js';
import { resumingStream } from './resuming-stream.js';

const POLICY = { backoff: { firstMs: 100, factor: 2, maxMs: 800 }, limitMs: 5_000 };

/** A kernel in a world: away between two instants, counted from the start. */
function worldWith(seed: number, away: { readonly fromMs: number; readonly toMs: number }) {
  const world = new World({ seed, startMs: 0 });
  const answer = async (): Promise<object> => {
    if (world.clock.now() >= away.fromMs && world.clock.now() < away.toMs) throw tauError('UNREACHABLE', 'away');
    return {};
  };
  const channel = { kernel: { getInfo: answer } } as unknown as KernelChannel;
  const context = clientContext(channel, { clock: world.clock, random: world.random, reconnect: POLICY });
  return { world, answer, context };
}

/** Reads numbers from a stream that gives one each 100 ms, and is cut when the kernel goes away. */
function reader(world: World, context: ClientContext, answer: () => Promise<object>, signal?: AbortSignal) {
  const got: { readonly value: number; readonly atMs: number }[] = [];
  const openedAtMs: number[] = [];
  let next = 0;
  async function* open(): AsyncGenerator<number> {
    openedAtMs.push(world.clock.now());
    for (;;) {
      await world.sleep(100);
      await answer();
      yield next;
    }
  }
  const reading = (async () => {
    for await (const value of resumingStream(context, open, signal)) {
      got.push({ value, atMs: world.clock.now() });
      next = value + 1;
    }
  })();
  return { got, openedAtMs, reading: reading.catch((error: TauError) => error) };
}

test('comes back with growing waits, and goes on where it was', async () => {
  const { world, answer, context } = worldWith(3, { fromMs: 1_000, toMs: 3_000 });
  const { got, openedAtMs } = reader(world, context, answer);
  await world.until(() => got.length === 20, 10_000);
  expect(got.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(openedAtMs).toHaveLength(2);
  expect(openedAtMs[1]).toBeGreaterThanOrEqual(3_000);
  expect(openedAtMs[1]).toBeLessThan(3_000 + POLICY.backoff.maxMs);
});

test('gives up a kernel that stays away, and only after the limit', async () => {
  const { world, answer, context } = worldWith(4, { fromMs: 1_000, toMs: Number.POSITIVE_INFINITY });
  const { reading } = reader(world, context, answer);
  const error = await world.result(reading, 20_000);
  expect(error).toMatchObject({
    data: { id: 'TAU-1010' },
    message: 'the kernel did not come back within 5000 ms: away',
  });
  expect(world.clock.now()).toBeGreaterThanOrEqual(6_000);
  expect(world.clock.now()).toBeLessThan(7_000);
});

test('a kernel that is away at first is an error at once', async () => {
  const { world, answer, context } = worldWith(5, { fromMs: 0, toMs: 500 });
  const { reading, openedAtMs } = reader(world, context, answer);
  expect(await world.result(reading, 0)).toMatchObject({ data: { id: 'TAU-1010' }, message: 'away' });
  expect(openedAtMs).toEqual([]);
});

test('an abort ends the wait between two tries', async () => {
  const abort = new AbortController();
  const { world, answer, context } = worldWith(6, { fromMs: 500, toMs: Number.POSITIVE_INFINITY });
  const { reading } = reader(world, context, answer, abort.signal);
  await world.run(2_000);
  abort.abort(new Error('enough'));
  expect(await world.result(reading, 0)).toMatchObject({ message: 'enough' });
  expect(world.clock.pending).toBe(0);
});

test('the seed decides the waits', async () => {
  const opened = async (seed: number): Promise<string> => {
    const { world, answer, context } = worldWith(seed, { fromMs: 300, toMs: 2_000 });
    const { got, openedAtMs } = reader(world, context, answer);
    await world.until(() => got.length === 5, 10_000);
    return openedAtMs.join();
  };
  expect(await opened(1)).toBe(await opened(1));
  expect(await opened(1)).not.toBe(await opened(2));
});
