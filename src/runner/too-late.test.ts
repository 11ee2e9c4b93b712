import { type Json, tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { acquire, call, scripted } from '../../test/support/scripted.js';
import { defineFlow, parallel, task, wait } from '../flow/index.js';
import { CallGate } from '../policy/call-gate.js';
import { LocalLocks } from './local-locks.js';
import { openRuns } from './open-runs.js';
import { requireInput } from './require-input.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';
import type { RunAppend, RunStore } from './store/run-store.js';

const never = () => new Promise<null>(() => {});
const ASK = 'human:ask@v1';

/** A store whose appends are durable, or fail, when the test says so. */
function heldStore(inner: RunStore = memoryStore()) {
  const held: { append: RunAppend; resolve: () => void; reject: (thrown: unknown) => void }[] = [];
  let isHolding = false;
  const store: RunStore = {
    append: (append) => {
      if (!isHolding) return inner.append(append);
      return new Promise((resolve, reject) => held.push({ append, resolve, reject }));
    },
    find: (id) => inner.find(id),
    definition: (key) => inner.definition(key),
    records: (id, from, to) => inner.records(id, from, to),
    frames: (id, seqs) => inner.frames(id, seqs),
    list: (after, max) => inner.list(after, max),
    delete: (id) => inner.delete(id),
    close: () => inner.close(),
  };
  return {
    store,
    hold: () => {
      isHolding = true;
    },
    /** Stores what waits; then fails all the same, where a failure is given. */
    release: (failure?: unknown) => {
      isHolding = false;
      for (const { append, resolve, reject } of held.splice(0)) {
        void inner.append(append);
        if (failure === undefined) resolve();
        else reject(failure);
      }
    },
  };
}

describe('an answer that comes too late is refused, not swallowed', () => {
  const asking = scripted([[call('q', { capability: ASK, input: { question: 'Well?' } })]], { cleans: true });

  test('behind what withdraws the question, which waits to be decided', async () => {
    const { store, hold, release } = heldStore();
    const run = runLocal(asking, { store, runId: 'r', handlers: { 't:clean': () => null } });
    await run.idle();
    hold();
    const told = run.send('a word');
    run.cancel('enough');
    const answered = run.answer('q', 1, 'yes');
    release();
    await told;
    await expect(answered).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    expect((await run.ended).outcome).toEqual({ kind: 'cancelled', reason: 'enough' });
  });

  test('behind what withdraws it, which is on its way to the store', async () => {
    const { store, hold, release } = heldStore();
    const run = runLocal(asking, { store, runId: 'r', handlers: { 't:clean': () => null } });
    await run.idle();
    hold();
    run.cancel('enough');
    const answered = run.answer('q', 1, 'yes');
    release();
    await expect(answered).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    await run.ended;
  });

  test('to a handler whose call is out of time', async () => {
    const clock = new VirtualClock();
    const { store, hold, release } = heldStore();
    const handlers = { 't:a': () => requireInput('Well?') };
    const run = runLocal(scripted([[call('a', { timeoutMs: 100 })]]), { store, runId: 'r', clock, handlers });
    await run.idle();
    hold();
    clock.advance(100);
    const answered = run.answer('a', 1, 'yes');
    release();
    await expect(answered).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    expect((await run.ended).outcome).toMatchObject({ error: { id: 'TAU-3002' } });
  });
});

describe('a store that fails', () => {
  const one = scripted([[call('a')]]);

  test('after it has stored: senders are told that nobody knows, and a message with a key is taken once', async () => {
    const inner = memoryStore();
    const { store, hold, release } = heldStore(inner);
    const run = runLocal(one, { store, runId: 'r', handlers: { 't:a': never } });
    await vi.waitFor(() => expect(run.view()).toMatchObject({ stage: 0 }));
    hold();
    const first = run.send('hello', { key: 'k' });
    const behind = run.send('later', { key: 'l' });
    const ended = run.ended;
    release(tauError('JOURNAL_FAILED', 'the disk is gone'));
    await expect(first).rejects.toMatchObject({ data: { id: 'TAU-2005', outcome: 'unknown', retryable: true } });
    // What had not been given to the store is not in it.
    await expect(behind).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    await expect(ended).rejects.toThrow('the disk is gone');
    const again = runLocal(one, { store, runId: 'r', handlers: { 't:a': never } });
    await again.send('hello', { key: 'k' });
    await again.send('later', { key: 'l' });
    expect(again.view()['messages']).toEqual(['hello', 'later']);
    again.letGo();
  });

  test.each(['find', 'definition', 'records', 'frames'] as const)(
    'in %s fails the run that goes on, which makes no call; later it goes on',
    async (method) => {
      const store = memoryStore();
      const steps = scripted([[call('a')], [call('b')]]);
      const options = { store, runId: 'r', frameEvery: 1 };
      const first = runLocal(steps, { ...options, handlers: { 't:a': () => 1, 't:b': never } });
      await vi.waitFor(() => expect(first.view()).toMatchObject({ stage: 1 }));
      first.letGo();
      let calls = 0;
      const count = (): Json => {
        calls += 1;
        return calls;
      };
      const broken: RunStore = {
        append: (append) => store.append(append),
        find: (id) => store.find(id),
        definition: (key) => store.definition(key),
        records: (id, from, to) => store.records(id, from, to),
        frames: (id, seqs) => store.frames(id, seqs),
        list: (after, max) => store.list(after, max),
        delete: (id) => store.delete(id),
        close: () => store.close(),
        [method]: () => {
          throw tauError('JOURNAL_FAILED', `no ${method}`);
        },
      };
      const other = method === 'definition' ? scripted([[call('a')], [call('b')], [call('c')]]) : steps;
      const more = { handlers: { 't:b': count, 't:c': count }, migrate: true };
      // Records are read where no frame is at the end.
      const run = runLocal(other, { ...options, ...more, store: method === 'records' ? unframed(broken) : broken });
      await expect(run.ended).rejects.toMatchObject({ data: { id: 'TAU-2005' } });
      expect(calls).toBe(0);
      expect((await runLocal(other, { ...options, ...more }).ended).outcome.kind).toBe('ok');
    },
  );
});

/** The same store, whose runs say that they have no frames yet. */
function unframed(store: RunStore): RunStore {
  return {
    ...store,
    find: async (id) => {
      const found = await store.find(id);
      return found && { ...found, header: found.header.replace('"frameEvery":1', '"frameEvery":64') };
    },
  };
}

describe('nothing is left', () => {
  const policy = { rate: { key: 'k', max: 1, perMs: 60_000 } };
  const stages = [
    [
      call('a', { timeoutMs: 5_000 }),
      call('b', { policy }),
      call('c', { policy }),
      call('d', { retry: { attemptsMax: 9, firstDelayMs: 1_000, factor: 1, delayMaxMs: 1_000 } }),
      acquire('l'),
    ],
  ];
  const handlers = {
    't:a': never,
    't:b': never,
    't:c': never,
    't:d': () => {
      throw tauError('UNREACHABLE', 'down');
    },
  };

  test.each([
    ['lets go', (run: { letGo(): void; cancel(why: string, how: { kill: true }): void }) => run.letGo()],
    [
      'is killed',
      (run: { letGo(): void; cancel(why: string, how: { kill: true }): void }) => run.cancel('x', { kill: true }),
    ],
  ])('of timers, listeners and promises when a run %s', async (_what, end) => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const gate = new CallGate();
    const locks = new LocalLocks();
    const options = { handlers, clock, gate, locks, signal, idleTimeoutMs: 9_000 };
    const run = runLocal(scripted(stages, { deadlineMs: 60_000 }), { ...options, runId: 'r', store: memoryStore() });
    const settled = [run.ended, run.idle(), run.output(), run.stream(['values', 'gap']).return?.()].map((each) =>
      Promise.resolve(each).catch(() => 'rejected'),
    );
    await vi.waitFor(() => expect(clock.pending).toBeGreaterThan(3));
    end(run);
    await Promise.all(settled);
    await expect(run.send('late')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    expect(clock.pending).toBe(0);
    expect(locks.table).toEqual({});
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });
});

describe('two runs of one id in a process', () => {
  test('are refused where they have one store', () => {
    const store = memoryStore();
    const first = runLocal(scripted([]), { store, runId: 'r' });
    expect(() => runLocal(scripted([]), { store, runId: 'r' })).toThrow('under way');
    first.letGo();
  });

  test('do not take each other’s locks', async () => {
    const locks = new LocalLocks();
    const holding = scripted([[acquire('l')], [call('a')]]);
    const first = runLocal(holding, { runId: 'r', locks, handlers: { 't:a': never } });
    await vi.waitFor(() => expect(first.view()).toMatchObject({ stage: 1 }));
    const second = runLocal(holding, { runId: 'r', locks, handlers: { 't:a': never } });
    await expect(second.ended).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    expect(locks.table['lock']?.held).toHaveLength(1);
    first.letGo();
    expect(locks.table).toEqual({});
  });

  test('wait at one gate as two', async () => {
    const gate = new CallGate();
    const policy = { bulkhead: { key: 'k', max: 1 } };
    const releases: (() => void)[] = [];
    const handlers = { 't:a': () => new Promise<null>((resolve) => releases.push(() => resolve(null))) };
    const runs = [1, 2, 3].map(() => runLocal(scripted([[call('a', { policy })]]), { runId: 'r', gate, handlers }));
    for (let nth = 0; nth < runs.length; nth += 1) {
      await vi.waitFor(() => expect(releases).toHaveLength(nth + 1));
      releases[nth]?.();
    }
    expect((await Promise.all(runs.map((run) => run.ended))).map(({ outcome }) => outcome.kind)).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
  });
});

test('a dead letter is made again though its run waits for time, too', async () => {
  const clock = new VirtualClock();
  const retry = { attemptsMax: 2, firstDelayMs: 0, factor: 1, delayMaxMs: 0 };
  const flow = defineFlow('both', parallel({ later: wait(86_400_000), now: task('t:now', { retry }) }));
  const store = memoryStore();
  let isDown = true;
  const handlers = {
    't:now': () => {
      if (isDown) throw tauError('UNREACHABLE', 'down');
      return 'up';
    },
  };
  const options = { store, runId: 'r', clock, handlers, deadLetters: 'hold' } as const;
  const first = runLocal(flow, options);
  const runs = openRuns(store);
  await vi.waitFor(async () => expect(await runs.deadLetters()).toHaveLength(1));
  first.letGo();
  isDown = false;
  const { run } = await runs.requeue(flow, { runId: 'r', callId: 'now' }, options);
  await vi.waitFor(async () => expect(await runs.deadLetters()).toEqual([]));
  clock.advance(86_400_000);
  expect(await run?.output()).toMatchObject({ now: 'up' });
});

test('what makes things for watchers may throw: the run is none the worse', async () => {
  const one = scripted([[call('a')]]);
  const broken = () => {
    throw new Error('a bug');
  };
  const program = { ...one.language.program, narrate: broken, view: broken };
  const run = runLocal({ ...one, language: { ...one.language, program } }, { handlers: { 't:a': () => 1 } });
  const stream = run.stream(['updates', 'values', 'events']);
  expect(await run.output()).toEqual({ a: 1 });
  const modes: string[] = [];
  for await (const { mode } of stream) modes.push(mode);
  expect(new Set(modes)).toEqual(new Set(['events']));
});
