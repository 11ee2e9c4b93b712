import { errorData, HOST_CAPABILITIES, TauError, tauError } from 'tau-core';
import { eventually, VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { LocalHandler, LocalHandlers } from './local-handler.js';
import { openRuns } from './open-runs.js';
import type { AnyLanguage } from './own-languages.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';
import type { RunStore } from './store/run-store.js';

const never = () => new Promise<null>(() => {});
const languages = [scripted([]).language as AnyLanguage];
const handlers: LocalHandlers = { 't:step': (_, { callId }) => callId };

function stages(count: number) {
  return scripted(Array.from({ length: count }, (_, n) => [call(`c${n + 1}`, { capability: 't:step' })]));
}

function counting(store: RunStore): RunStore & { records: RunStore['records']; readonly bytes: () => number } {
  let bytes = 0;
  return {
    append: (append) => {
      for (const { text } of [...append.records, ...append.frames]) bytes += text.length;
      return store.append(append);
    },
    find: (id) => store.find(id),
    definition: (key) => store.definition(key),
    records: (id, from, to) => store.records(id, from, to),
    frames: (id, seqs) => store.frames(id, seqs),
    list: (after, max) => store.list(after, max),
    delete: (id) => store.delete(id),
    close: () => undefined,
    bytes: () => bytes,
  };
}

describe('the runs of a store', () => {
  test('are listed, with how they ended', async () => {
    const store = memoryStore();
    await runLocal(stages(1), { handlers, store, runId: 'b', sessionId: 's' }).ended;
    const open = runLocal(scripted([[call('a')]]), { handlers: { 't:a': never }, store, runId: 'a' });
    await open.send('x');
    const runs = openRuns(store, { languages });
    expect(await runs.list()).toMatchObject([
      { runId: 'a', kind: 'script', lastSeq: 2 },
      { runId: 'b', outcome: 'ok', sessionId: 's', lastSeq: 2 },
    ]);
    expect((await runs.list({ after: 'a' })).map(({ runId }) => runId)).toEqual(['b']);
    await expect(runs.delete('a')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    await runs.delete('b');
    await expect(runs.header('b')).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    await expect(openRuns(store, { languages: [] }).at('a')).rejects.toMatchObject({ data: { id: 'TAU-1012' } });
  });

  test('any moment of their past is read, over few records, and is what it was', async () => {
    const store = memoryStore();
    const executable = stages(300);
    const run = runLocal(executable, { handlers, store, runId: 'r', frameEvery: 7 });
    const live = new Map<number, unknown>();
    for await (const item of run.stream('values')) if (item.mode === 'values') live.set(item.seq, item.values);
    const runs = openRuns(store, { languages });
    expect(live.size).toBe(301);
    for (const [seq, values] of live) {
      const moment = await runs.at('r', seq);
      expect(moment.view).toEqual(values);
      expect(moment.recordsRead).toBeLessThanOrEqual(7);
    }
    expect((await runs.at('r', 0)).view).toEqual({ stage: -1, outputs: {}, messages: [] });
    expect((await runs.at('r', 100)).calls).toEqual(['c100']);
    await expect(runs.at('r', 302)).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    expect(await runs.diff('r', 2, 3)).toEqual([
      { pointer: '/outputs/c2', to: 'c2' },
      { pointer: '/stage', from: 1, to: 2 },
    ]);
    const page = await runs.checkpoints('r', { fromSeq: 300, checkpointsMax: 10 });
    expect(page).toMatchObject([
      { seq: 300, input: { type: 'callSettled' }, events: [{ type: 'Settled' }, { type: 'Staged' }] },
      { seq: 301, input: { type: 'callSettled' }, events: [{ type: 'Settled' }] },
    ]);
  });

  test('take room in proportion to their steps, though their state grows', async () => {
    const measured: number[] = [];
    for (const steps of [500, 2_000]) {
      const store = counting(memoryStore());
      const run = runLocal(scripted([[call('a')]]), { handlers: { 't:a': never }, store });
      const text = 'm'.repeat(500);
      for (let n = 0; n < steps; n += 1) await run.send(`${n} ${text}`);
      measured.push(store.bytes() / steps);
      run.letGo();
    }
    const [few = 0, many = 0] = measured;
    expect(many / few).toBeLessThan(1.5);
  });

  test('are forked anywhere, as they were or edited, and stay as they are', async () => {
    const store = memoryStore();
    const executable = stages(40);
    await runLocal(executable, { handlers, store, runId: 'r', frameEvery: 4 }).ended;
    const runs = openRuns(store, { languages });
    for (const atSeq of [1, 5, 8, 17, 40]) {
      const called: string[] = [];
      const fork = await runs.fork(executable, 'r', {
        handlers: {
          't:step': (_, { callId, idempotencyKey, redelivered }) => {
            called.push(idempotencyKey);
            expect(redelivered).toBe(false);
            return `again ${callId}`;
          },
        },
        atSeq,
        runId: `f${atSeq}`,
        edit: { edited: atSeq },
      });
      const { outcome } = await fork.ended;
      expect(called).toHaveLength(41 - atSeq);
      expect(called[0]).toBe(`f${atSeq}/c${atSeq}`);
      const output = (outcome as { output: { [id: string]: unknown } }).output;
      expect(output).toMatchObject({ edited: atSeq, [`c${atSeq}`]: `again c${atSeq}` });
      if (atSeq > 1) expect(output['c1']).toBe('c1');
      expect((await runs.header(`f${atSeq}`)).forkedFrom).toEqual({ runId: 'r', seq: atSeq });
      expect((await runs.at(`f${atSeq}`)).view).toMatchObject({ outputs: output });
    }
    expect((await runs.at('r')).view['outputs']).toMatchObject({ c40: 'c40' });
    const options = { handlers, atSeq: 41 };
    await expect(runs.fork(executable, 'r', options)).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    await expect(runs.fork(stages(41), 'r', { handlers, atSeq: 3 })).rejects.toMatchObject({
      data: { id: 'TAU-1004' },
    });
    const over = await runs.fork(stages(41), 'r', { handlers, atSeq: 3, migrate: true });
    expect((await over.ended).outcome).toMatchObject({ kind: 'ok', output: { c41: 'c41' } });
    const { program } = executable.language;
    const stubborn = {
      ...executable,
      language: { ...executable.language, program: { ...program, takesEdits: false } },
    };
    await expect(runs.fork(stubborn, 'r', { handlers, atSeq: 3, edit: {} })).rejects.toMatchObject({
      data: { id: 'TAU-4007' },
    });
  });

  test('calls of a fork begin with it: their time, their tries, and since when somebody is asked', async () => {
    const clock = new VirtualClock();
    const store = memoryStore();
    const retry = { attemptsMax: 3, firstDelayMs: 10, factor: 1, delayMaxMs: 10 };
    const executable = scripted([
      [
        call('slow', { capability: 't:slow', timeoutMs: 1_000, retry }),
        call('asked', { capability: HOST_CAPABILITIES.ask, input: { question: 'go on?' } }),
      ],
    ]);
    let tries = 0;
    const handlers: LocalHandlers = {
      't:slow': () => {
        tries += 1;
        if (tries === 1) throw new TauError(errorData('HANDLER_FAILED', 'not yet', { retryable: true }));
        return new Promise(() => {});
      },
    };
    const run = runLocal(executable, { clock, handlers, store, runId: 'r' });
    await vi.waitFor(() => expect(tries).toBe(1));
    await eventually(() => clock.pending > 0);
    clock.advance(10);
    await vi.waitFor(() => expect(tries).toBe(2));
    run.letGo();

    clock.advance(86_400_000);
    const attempts: number[] = [];
    const slow: LocalHandler = (_, { attempt }) => {
      attempts.push(attempt);
      return new Promise(() => {});
    };
    const runs = openRuns(store, { languages });
    const { lastSeq } = (await runs.list())[0] ?? { lastSeq: 0 };
    const fork = await runs.fork(executable, 'r', { clock, handlers: { 't:slow': slow }, atSeq: lastSeq, runId: 'f' });
    await vi.waitFor(() => expect(attempts).toEqual([1]));
    expect(fork.questions()).toMatchObject([{ question: 'go on?', askedMs: clock.now() }]);
    clock.advance(999);
    expect((await runs.at('f')).calls).toEqual(['slow', 'asked']);
    clock.advance(1);
    await vi.waitFor(async () => expect((await runs.at('f')).calls).toEqual(['asked']));
    fork.cancel('enough');
  });

  test('a fork without an edit is stored before it goes on, and goes on after a restart', async () => {
    const store = memoryStore();
    const executable = stages(10);
    await runLocal(executable, { handlers, store, runId: 'r' }).ended;
    const runs = openRuns(store, { languages });
    const fork = await runs.fork(executable, 'r', { handlers: { 't:step': never }, atSeq: 5, runId: 'f' });
    await vi.waitFor(() => expect(fork.view()).toMatchObject({ stage: 4 }));
    fork.letGo();
    const again = runLocal(executable, { handlers, store, runId: 'f' });
    expect((await again.ended).outcome).toMatchObject({ kind: 'ok', output: { c1: 'c1', c10: 'c10' } });
  });
});

describe('dead letters', () => {
  const retry = { attemptsMax: 2, firstDelayMs: 0, factor: 1, delayMaxMs: 0 };
  const executable = scripted([[call('a', { retry })], [call('b', { capability: 't:step' })]]);
  let isDown = true;
  let tries = 0;
  const flaky: LocalHandlers = {
    ...handlers,
    't:a': () => {
      tries += 1;
      if (isDown) throw tauError('UNREACHABLE', 'down');
      return 'a';
    },
  };

  test('of a run that has failed start it again from just before', async () => {
    const store = memoryStore();
    [isDown, tries] = [true, 0];
    const { outcome } = await runLocal(executable, { handlers: flaky, store, runId: 'r' }).ended;
    expect(outcome).toMatchObject({ kind: 'unknown', error: { id: 'TAU-1010' } });
    const runs = openRuns(store, { languages });
    expect(await runs.deadLetters()).toMatchObject([
      { runId: 'r', callId: 'a', capability: 't:a', attempts: 2, held: false, error: { message: 'down' } },
    ]);
    isDown = false;
    const requeued = await runs.requeue(executable, { runId: 'r', callId: 'a' }, { handlers: flaky, runId: 'r2' });
    expect(requeued.how).toBe('forked');
    expect((await requeued.run?.ended)?.outcome).toEqual({ kind: 'ok', output: { a: 'a', b: 'b' } });
    expect(tries).toBe(3);
    const missing = runs.requeue(executable, { runId: 'r', callId: 'b' }, { handlers: flaky });
    await expect(missing).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
  });

  test('are made again once: their forks say so, and the runs that they are of stay as they are', async () => {
    const store = memoryStore();
    isDown = true;
    await runLocal(executable, { handlers: flaky, store, runId: 'r' }).ended;
    const runs = openRuns(store);
    const { lastSeq } = (await runs.list())[0] ?? {};
    const letter = { runId: 'r', callId: 'a' };
    const withScripts = openRuns(store, { languages });
    // Two people at once, too: only one fork is made.
    const [first, second] = await Promise.allSettled([
      withScripts.requeue(executable, letter, { handlers: flaky, runId: 'r2' }),
      withScripts.requeue(executable, letter, { handlers: flaky, runId: 'r3' }),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { how: 'forked' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { data: { id: 'TAU-1002' } } });
    if (first.status === 'fulfilled') await first.value.run?.ended;
    await expect(withScripts.requeue(executable, letter, { handlers: flaky, runId: 'r4' })).rejects.toMatchObject({
      data: { id: 'TAU-1002' },
    });
    // The fork has failed as well, and has a letter of its own.
    expect(await runs.deadLetters()).toMatchObject([{ runId: 'r2', callId: 'a' }]);
    expect(await runs.list()).toMatchObject([
      { runId: 'r', lastSeq },
      { runId: 'r2', forkedFrom: { runId: 'r', again: 'a' } },
    ]);
    isDown = false;
    const third = await withScripts.requeue(executable, { runId: 'r2', callId: 'a' }, { handlers: flaky, runId: 'r5' });
    expect(await third.run?.output()).toEqual({ a: 'a', b: 'b' });
    expect(await runs.deadLetters()).toEqual([]);
    // A fork that is deleted has made nothing again.
    await runs.delete('r2');
    expect(await runs.deadLetters()).toMatchObject([{ runId: 'r', callId: 'a' }]);
  });

  test('whose fork cannot be stored are still there', async () => {
    const store = memoryStore();
    isDown = true;
    await runLocal(executable, { handlers: flaky, store, runId: 'r' }).ended;
    const runs = openRuns(store, { languages });
    const letter = { runId: 'r', callId: 'a' };
    const clash = await runs.requeue(executable, letter, { handlers: flaky, runId: 'r' });
    await expect(clash.run?.ended).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
    expect(await runs.deadLetters()).toMatchObject([{ runId: 'r', callId: 'a' }]);
    isDown = false;
    const again = await runs.requeue(executable, letter, { handlers: flaky });
    expect(await again.run?.output()).toEqual({ a: 'a', b: 'b' });
  });

  test('that are held wait, over restarts, and the run goes on when they are requeued', async () => {
    const store = memoryStore();
    [isDown, tries] = [true, 0];
    const options = { handlers: flaky, store, runId: 'r', deadLetters: 'hold' } as const;
    const first = runLocal(executable, options);
    expect(await first.idle()).toEqual({ status: 'waiting', questions: [] });
    const runs = openRuns(store, { languages });
    expect(await runs.deadLetters()).toMatchObject([{ callId: 'a', held: true, attempts: 2 }]);
    // All tries again, and in vain again.
    expect(await runs.requeue(executable, { runId: 'r', callId: 'a' }, options)).toEqual({ how: 'continued' });
    await vi.waitFor(async () => expect((await runs.deadLetters()).length).toBe(1));
    expect(await first.idle()).toMatchObject({ status: 'waiting' });
    expect(tries).toBe(4);
    first.letGo();
    isDown = false;
    const requeued = await runs.requeue(executable, { runId: 'r', callId: 'a' }, options);
    expect((await requeued.run?.ended)?.outcome).toEqual({ kind: 'ok', output: { a: 'a', b: 'b' } });
    expect(tries).toBe(5);
    expect(await runs.deadLetters()).toEqual([]);
    await expect(first.requeue('a')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
  });
});
