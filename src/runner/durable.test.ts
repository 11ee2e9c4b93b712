import { type Json, tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { LocalContext, LocalHandler, LocalHandlers } from './local-handler.js';
import { LocalLocks } from './local-locks.js';
import { openRuns } from './open-runs.js';
import { requireInput } from './require-input.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';
import type { RunAppend, RunStore } from './store/run-store.js';

const never = () => new Promise<null>(() => {});

/** A store whose appends are durable when the test says so. */
function slowStore(): RunStore & { readonly appends: RunAppend[]; readonly flush: () => Promise<void> } {
  const inner = memoryStore();
  const waiting: (() => void)[] = [];
  const appends: RunAppend[] = [];
  return {
    ...bound(inner),
    appends,
    append: (append) =>
      new Promise((resolve, reject) => {
        appends.push(append);
        waiting.push(() => {
          try {
            void inner.append(append);
            resolve();
          } catch (thrown) {
            reject(thrown);
          }
        });
      }),
    flush: async () => {
      for (const act of waiting.splice(0)) act();
      await settledAll();
    },
  };
}

/** The same store for another process: runs know each other by their store. */
function bound(store: RunStore): RunStore {
  return {
    append: (append) => store.append(append),
    find: (id) => store.find(id),
    definition: (key) => store.definition(key),
    records: (id, from, to) => store.records(id, from, to),
    frames: (id, seqs) => store.frames(id, seqs),
    list: (after, max) => store.list(after, max),
    delete: (id) => store.delete(id),
    close: () => undefined,
  };
}

const settledAll = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('a durable run', () => {
  test('calls nobody and shows nothing before it is stored, and decides as one what comes meanwhile', async () => {
    const store = slowStore();
    const called: string[] = [];
    const handlers: LocalHandlers = {
      't:a': () => {
        called.push('a');
        return 1;
      },
      't:b': () => {
        called.push('b');
        return never();
      },
    };
    const run = runLocal(scripted([[call('a')], [call('b')]]), { handlers, store });
    const seen: string[] = [];
    void (async () => {
      for await (const item of run.stream(['events', 'values'])) {
        seen.push(item.mode === 'events' ? item.event.type : item.mode);
      }
    })();
    await settledAll();
    expect([called, seen, store.appends.length]).toEqual([[], [], 1]);
    expect(store.appends[0]).toMatchObject({ expectedSeq: 0, header: expect.stringContaining('"script"') as string });
    await store.flush();
    expect(called).toEqual(['a']);
    expect(seen).toEqual(['Staged', 'values']);
    const told = [run.send('one'), run.send('two')];
    let isTold = false;
    void Promise.all(told).then(() => {
      isTold = true;
    });
    await settledAll();
    expect(store.appends).toHaveLength(2);
    await store.flush();
    expect(called).toEqual(['a', 'b']);
    expect(store.appends.map(({ records }) => records.length)).toEqual([1, 1, 2]);
    expect(isTold).toBe(false);
    await store.flush();
    expect(isTold).toBe(true);
  });

  test('goes on where it was: what is open is called again, what is finished is not', async () => {
    const store = memoryStore();
    const seen: string[] = [];
    const handlers = (isFirst: boolean): LocalHandlers => {
      const handler: LocalHandler = (_, { callId, redelivered, idempotencyKey, attempt }) => {
        seen.push(`${callId} ${redelivered} ${idempotencyKey} ${attempt}`);
        return isFirst && callId !== 'a' ? never() : callId;
      };
      return { 't:a': handler, 't:b': handler, 't:c': handler };
    };
    const executable = scripted([[call('a')], [call('b'), call('c')]]);
    const first = runLocal(executable, { handlers: handlers(true), store, runId: 'r' });
    await vi.waitFor(() => expect(seen).toHaveLength(3));
    first.letGo();
    await expect(first.ended).rejects.toMatchObject({ data: { id: 'TAU-1009' } });
    const again = runLocal(executable, { handlers: handlers(false), store, runId: 'r' });
    expect((await again.ended).outcome).toEqual({ kind: 'ok', output: { a: 'a', b: 'b', c: 'c' } });
    expect(seen).toEqual(['a false r/a 1', 'b false r/b 1', 'c false r/c 1', 'b true r/b 1', 'c true r/c 1']);
    const ended = await runLocal(executable, { handlers: {}, store, runId: 'r' }).ended;
    expect(ended.outcome).toEqual({ kind: 'ok', output: { a: 'a', b: 'b', c: 'c' } });
    expect(ended.state.outputs).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect(seen).toHaveLength(5);
  });

  test('is stopped by another process that has it: JOURNAL_CONFLICT, and its handlers are told', async () => {
    const store = memoryStore();
    const contexts: LocalContext[] = [];
    const handlers: LocalHandlers = {
      't:a': (_, context) => {
        contexts.push(context);
        return never();
      },
    };
    const options = { handlers, runId: 'r' };
    const executable = scripted([[call('a')]]);
    const first = runLocal(executable, { ...options, store });
    await first.send('x');
    expect(() => runLocal(executable, { ...options, store })).toThrow(/under way/);
    const second = runLocal(executable, { ...options, store: bound(store) });
    await second.send('of the second');
    const { signal } = contexts[0] as LocalContext;
    await expect(first.send('of the first')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    await expect(first.ended).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
    expect(signal.aborted).toBe(true);
    expect(second.view()).toMatchObject({ messages: ['x', 'of the second'] });
  });

  test('keeps to its definition, unless it is taken over', async () => {
    const store = memoryStore();
    const handlers = { 't:a': never, 't:b': () => 'b' };
    const first = scripted([[call('a')]]);
    const longer = scripted([[call('a')], [call('b')]]);
    const run = runLocal(first, { handlers, store, runId: 'r' });
    await run.send('hello');
    run.letGo();
    const { version } = await openRuns(store, { languages: [] }).header('r');
    const refused = runLocal(longer, { handlers, store, runId: 'r' });
    await expect(refused.ended).rejects.toMatchObject({
      data: { id: 'TAU-1004', message: expect.stringContaining(version) as string },
    });
    const shorter = runLocal(scripted([]), { handlers, store, runId: 'r', migrate: true });
    await expect(shorter.ended).rejects.toMatchObject({
      data: { id: 'TAU-4012', message: expect.stringContaining('fewer stages') as string },
    });
    const over = runLocal(longer, { handlers: { ...handlers, 't:a': () => 'a' }, store, runId: 'r', migrate: true });
    expect((await over.ended).outcome).toEqual({ kind: 'ok', output: { a: 'a', b: 'b' } });
    // Each moment is read under the definition of its time.
    const runs = openRuns(store, { languages: [first.language as never] });
    const notes = (await runs.checkpoints('r')).filter(({ note }) => note !== undefined);
    expect(notes).toMatchObject([{ seq: 3, note: { type: 'migrated', from: version } }]);
    expect((await runs.at('r')).view).toMatchObject({ outputs: { a: 'a', b: 'b' } });
    const other = { ...first, language: { ...first.language, program: { ...first.language.program, kind: 'other' } } };
    await expect(runLocal(other, { handlers, store, runId: 'r' }).ended).rejects.toMatchObject({
      data: { id: 'TAU-1004' },
    });
  });

  test('keeps what it counts: retries, and the time of the next one', async () => {
    const store = memoryStore();
    const clock = new VirtualClock();
    const attempts: string[] = [];
    const retry = { attemptsMax: 3, firstDelayMs: 1_000, factor: 2, delayMaxMs: 60_000 };
    const executable = scripted([[call('a', { retry })]]);
    const handlers: LocalHandlers = {
      't:a': (_, { attempt, redelivered }) => {
        attempts.push(`${attempt} ${redelivered}`);
        throw tauError('UNREACHABLE', 'down');
      },
    };
    const options = { handlers, store, clock, runId: 'r', random: { hex: () => 'ffffffff' } };
    const first = runLocal(executable, options);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(clock.nextAt).toBe(clock.now() + 1_000);
    first.letGo();
    expect(clock.pending).toBe(0);
    clock.advance(400);
    const again = runLocal(executable, options);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(clock.nextAt).toBe(clock.now() + 600);
    clock.advanceToNext();
    clock.advanceToNext();
    expect((await again.ended).outcome).toMatchObject({ kind: 'unknown', error: { id: 'TAU-1010' } });
    expect(attempts).toEqual(['1 false', '2 true', '3 true']);
  });

  test('keeps a limit of the program over a restart', async () => {
    const store = memoryStore();
    const clock = new VirtualClock();
    const executable = scripted([[call('a', { timeoutMs: 10_000 })]]);
    const first = runLocal(executable, { handlers: { 't:a': never }, store, clock, runId: 'r' });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.advance(4_000);
    first.letGo();
    clock.advance(4_000);
    const again = runLocal(executable, { handlers: { 't:a': never }, store, clock, runId: 'r' });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(clock.nextAt).toBe(clock.now() + 2_000);
    again.letGo();
  });

  test('can be let go of by the thousand, and be taken up again', async () => {
    const store = memoryStore();
    const ask = call('q', { capability: 'human:ask@v1', input: { question: 'go on?' } });
    const executable = scripted([[ask]]);
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      const run = runLocal(executable, { handlers: {}, store });
      expect(await run.idle()).toMatchObject({ status: 'waiting' });
      run.letGo();
      ids.push(run.runId);
    }
    const run = runLocal(executable, { handlers: {}, store, runId: ids[500] as string });
    await run.idle();
    await run.answer('q', 1, 'yes');
    expect((await run.ended).outcome).toEqual({ kind: 'ok', output: { q: 'yes' } });
  });

  test('stops where its store fails', async () => {
    const store = memoryStore();
    let isBroken = false;
    const failing: RunStore = {
      ...bound(store),
      append: (append) => {
        if (isBroken) throw tauError('JOURNAL_FAILED', 'disk full');
        return store.append(append);
      },
    };
    const run = runLocal(scripted([[call('a')]]), { handlers: { 't:a': never }, store: failing });
    await run.send('x');
    isBroken = true;
    await expect(run.send('y')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    await expect(run.ended).rejects.toMatchObject({ data: { id: 'TAU-2005' } });
  });
});

describe('questions', () => {
  const ask = (id: string, extra: { [key: string]: Json } = {}) =>
    call(id, { capability: 'human:ask@v1', input: { question: `${id}?`, ...extra } });

  test('survive a restart with their versions, and are answered once', async () => {
    const store = memoryStore();
    const executable = scripted([
      [ask('p', { schema: { type: 'string' } }), ask('q', { actions: ['approve', 'edit', 'reject'] })],
    ]);
    const first = runLocal(executable, { handlers: {}, store, runId: 'r' });
    const { questions } = await first.idle();
    expect(questions).toMatchObject([
      { id: 'p', version: 1, question: 'p?', schema: { type: 'string' } },
      { id: 'q', version: 1, question: 'q?', actions: ['approve', 'edit', 'reject'] },
    ]);
    await first.answer('p', 1, 'yes');
    first.letGo();
    const again = runLocal(executable, { handlers: {}, store, runId: 'r' });
    expect(await again.idle()).toEqual({ status: 'waiting', questions: [questions[1]] });
    await expect(again.answer('q', 2, { action: 'approve' })).rejects.toMatchObject({ data: { id: 'TAU-1011' } });
    await expect(again.answer('p', 1, 'again')).rejects.toMatchObject({ data: { id: 'TAU-1002' } });
    await expect(again.answer('q', 1, { action: 'dance' })).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await expect(again.answer('q', 1, 'approve')).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await expect(again.answer('q', 1, { action: 'edit' })).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await again.answer('q', 1, { action: 'approve' });
    expect((await again.ended).outcome).toEqual({ kind: 'ok', output: { p: 'yes', q: { action: 'approve' } } });
  });

  test('are seen as they come and go', async () => {
    const run = runLocal(scripted([[ask('p'), ask('q')]]), { handlers: {} });
    const stream = run.stream('questions');
    await run.idle();
    await run.answer('p', 1, 1);
    run.cancel('enough');
    await run.ended;
    const changes: string[] = [];
    for await (const item of stream) if (item.mode === 'questions') changes.push(`${item.change} ${item.question.id}`);
    expect(changes).toEqual(['asked p', 'asked q', 'closed p', 'closed q']);
  });

  test('of a handler are asked again and again, each with its version, over restarts', async () => {
    const store = memoryStore();
    const seen: string[] = [];
    const handlers: LocalHandlers = {
      't:a': (_, { answer, attempt, redelivered }) => {
        seen.push(`${attempt} ${JSON.stringify(answer)} ${redelivered}`);
        if (answer === undefined) requireInput('how many?', { type: 'number' });
        if (answer === 1) throw Object.assign(new Error(), { name: 'InputRequired', question: 'really?' });
        return answer as Json;
      },
    };
    const executable = scripted([[call('a')]]);
    const first = runLocal(executable, { handlers, store, runId: 'r' });
    expect((await first.idle()).questions).toMatchObject([
      { id: 'a', version: 1, question: 'how many?', schema: { type: 'number' } },
    ]);
    await first.answer('a', 1, 1);
    expect((await first.idle()).questions).toMatchObject([{ id: 'a', version: 2, question: 'really?' }]);
    first.letGo();
    const again = runLocal(executable, { handlers, store, runId: 'r' });
    await again.idle();
    await expect(again.answer('a', 1, 7)).rejects.toMatchObject({ data: { id: 'TAU-1011' } });
    await again.answer('a', 2, 7);
    expect((await again.ended).outcome).toEqual({ kind: 'ok', output: { a: 7 } });
    expect(seen).toEqual(['1 undefined false', '2 1 false', '3 7 true']);
  });

  test('of a handler do not run into the host’s limit, but into the program’s', async () => {
    const clock = new VirtualClock();
    const handlers: LocalHandlers = { 't:a': () => requireInput('well?') };
    const patient = runLocal(scripted([[call('a')]]), { handlers, clock, timeoutMs: 1_000 });
    await patient.idle();
    expect(clock.pending).toBe(0);
    const limited = runLocal(scripted([[call('a', { timeoutMs: 1_000 })]]), { handlers, clock });
    await limited.idle();
    clock.advance(1_000);
    expect((await limited.ended).outcome).toMatchObject({ error: { id: 'TAU-3002' } });
  });
});

test('locks that a run held are held again after a restart, or lost to who took them meanwhile', async () => {
  const store = memoryStore();
  const { acquire } = await import('../../test/support/scripted.js');
  const executable = scripted([[acquire('l')], [call('a')]]);
  const locks = new LocalLocks();
  const options = { handlers: { 't:a': never }, store, locks };
  const first = runLocal(executable, { ...options, runId: 'r1' });
  await vi.waitFor(() => expect(first.view()).toMatchObject({ stage: 1 }));
  first.letGo();
  expect(locks.table).toEqual({});
  const again = runLocal(executable, { ...options, runId: 'r1' });
  await vi.waitFor(() => expect(locks.table['lock']?.held[0]?.runId).toBe('r1'));
  again.letGo();
  const other = runLocal(executable, { ...options, runId: 'r2' });
  await vi.waitFor(() => expect(other.view()).toMatchObject({ stage: 1 }));
  const lost = runLocal(executable, { ...options, runId: 'r1' });
  expect((await lost.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4013' } });
});
