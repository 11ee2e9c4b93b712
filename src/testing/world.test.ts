import { expect, test } from 'vitest';
import { World } from './world.js';

test('hours pass at once, and in order', async () => {
  const world = new World({ seed: 1, startMs: 0 });
  const log: string[] = [];
  world.spawn(async () => {
    for (let hour = 1; hour <= 3; hour += 1) {
      await world.sleep(3_600_000);
      log.push(`hour ${hour} at ${world.clock.now()}`);
    }
  });
  await world.until(() => log.length === 3, 4 * 3_600_000);
  expect(log).toEqual(['hour 1 at 3600000', 'hour 2 at 7200000', 'hour 3 at 10800000']);
});

test('all promise jobs run before the clock moves, however deep they are chained', async () => {
  const world = new World({ seed: 1, startMs: 0 });
  let depth = 0;
  let depthAtTimer = 0;
  world.clock.at(world.clock.now(), () => {
    depthAtTimer = depth;
  });
  world.spawn(async () => {
    for (; depth < 10_000; depth += 1) await (depth % 2 === 0 ? null : new Promise<void>((go) => process.nextTick(go)));
  });
  await world.step();
  expect(depthAtTimer).toBe(10_000);
});

/** Four tasks that sleep the same times: only the seed orders them. */
async function course(seed: number): Promise<string> {
  const world = new World({ seed });
  let log = '';
  for (const name of ['a', 'b', 'c', 'd']) {
    world.spawn(async () => {
      for (let round = 0; round < 5; round += 1) {
        await world.sleep(10);
        log += name;
      }
    });
  }
  await world.until(() => log.length === 20, 1_000);
  return log;
}

test('the seed decides the course, and another seed another one', async () => {
  expect(await course(3)).toBe(await course(3));
  expect(new Set(await Promise.all([1, 2, 3, 4, 5].map(course))).size).toBeGreaterThan(1);
});

test('run passes exactly that time, and fires what is due on its last instant', async () => {
  const world = new World({ seed: 1, startMs: 0 });
  const log: number[] = [];
  for (const ms of [10, 20, 21]) world.spawn(() => world.sleep(ms).then(() => log.push(ms)));
  await world.run(20);
  expect(log).toEqual([10, 20]);
  expect(world.clock.now()).toBe(20);
});

test('result gives the value or the error of a promise', async () => {
  const world = new World({ seed: 1 });
  expect(
    await world.result(
      world.sleep(5).then(() => 'done'),
      5,
    ),
  ).toBe('done');
  const failing = world.sleep(5).then(() => Promise.reject(new Error('broken')));
  await expect(world.result(failing, 5)).rejects.toThrow('broken');
});

test('a condition that does not come true is an error that names the seed and the reason', async () => {
  const world = new World({ seed: 77 });
  await expect(world.until(() => false, 100)).rejects.toThrow('world 77: nothing is set to happen any more (0 ms)');
  world.spawn(async () => {
    for (;;) await world.sleep(30);
  });
  await expect(world.until(() => false, 100)).rejects.toThrow('world 77: 100 ms have passed (90 ms)');
});

test('a background task that fails ends the wait with its error', async () => {
  const world = new World({ seed: 1 });
  world.spawn(() => world.sleep(10).then(() => Promise.reject(new Error('background'))));
  await expect(world.until(() => false, 100)).rejects.toThrow('background');
});

test('a loop that never lets time pass is given up', async () => {
  const world = new World({ seed: 1, stepsMax: 500 });
  world.spawn(async () => {
    for (;;) await world.sleep(0);
  });
  await expect(world.until(() => false, 1)).rejects.toThrow('500 timers fired');
});

test('more turns take in what was put off by setImmediate', async () => {
  const reached = async (turns: number): Promise<number> => {
    const world = new World({ seed: 1, turns });
    let passed = 0;
    world.spawn(async () => {
      for (; passed < 3; passed += 1) await new Promise<void>((go) => setImmediate(go));
    });
    await world.quiet();
    return passed;
  };
  expect(await reached(1)).toBeLessThan(3);
  expect(await reached(5)).toBe(3);
});
