import type { Json } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { AnyExecutable, LocalOptions, PublishedEvent } from './local-options.js';
import { openRuns } from './open-runs.js';
import type { RunHeader } from './run-header.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';

const never = () => new Promise<null>(() => {});
const publish = (id: string, input: { [key: string]: Json }) => call(id, { capability: 'event:publish@v1', input });
const start = (id: string, input: { [key: string]: Json }) => call(id, { capability: 'run:start@v1', input });
const send = (id: string, input: { [key: string]: Json }) => call(id, { capability: 'run:send@v1', input });
const ask = call('q', { capability: 'human:ask@v1', input: { question: 'go?' } });

function definitions(all: { readonly [name: string]: unknown }): (name: string) => AnyExecutable | undefined {
  return (name) => (Object.hasOwn(all, name) ? (all[name] as AnyExecutable) : undefined);
}

describe('event:publish', () => {
  test('hands events out once, with ids that stay the same, and shows them', async () => {
    const events: PublishedEvent[] = [];
    const executable = scripted([
      [publish('p', { type: 'done', data: { n: 1 }, subject: 's' })],
      [publish('p2', { type: 'next' })],
    ]);
    const run = runLocal(executable, {
      handlers: {},
      runId: 'r',
      sessionId: 'home',
      onPublish: (event) => void events.push(event),
    });
    const custom = run.stream('custom');
    expect((await run.ended).outcome).toEqual({ kind: 'ok', output: { p: { seq: 1 }, p2: { seq: 2 } } });
    expect(events).toEqual([
      { id: 'r/p', runId: 'r', sessionId: 'home', type: 'done', data: { n: 1 }, subject: 's', seq: 1 },
      { id: 'r/p2', runId: 'r', sessionId: 'home', type: 'next', seq: 2 },
    ]);
    const shown = {
      mode: 'custom',
      from: 'publish',
      callId: 'p',
      content: { type: 'done', data: { n: 1 }, subject: 's', seq: 1 },
    };
    expect((await custom.next()).value).toMatchObject(shown);
  });

  test('fails where nobody takes them, or they are none', async () => {
    const failing = async () => {
      throw new Error('no room');
    };
    const run = runLocal(scripted([[publish('p', { type: 'done' })]]), { handlers: {}, onPublish: failing });
    expect((await run.ended).outcome).toMatchObject({ kind: 'unknown', error: { message: 'no room' } });
    const odd = runLocal(scripted([[publish('p', {})]]), { handlers: {} });
    expect((await odd.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1001' } });
  });
});

describe('a session that a call names', () => {
  test.each([
    ['of the host', 'tau/schedules', 'TAU-1006'],
    ['that is none', 'no session', 'TAU-1001'],
  ])('is refused: one %s', async (_what, sessionId, id) => {
    const events: PublishedEvent[] = [];
    const all = definitions({ good: scripted([[call('a')]]) });
    const stage = [publish('p', { type: 't', sessionId }), start('s', { definition: 'good', sessionId })];
    const run = runLocal(scripted([stage], { tolerant: true }), {
      handlers: { 't:a': () => 1 },
      definitions: all,
      onPublish: (event) => void events.push(event),
    });
    expect((await run.ended).outcome).toMatchObject({ output: { p: { id }, s: { id } } });
    expect(events).toEqual([]);
  });

  test('is the run its own when it names none, or that one', async () => {
    const events: PublishedEvent[] = [];
    const stage = [publish('p', { type: 't', sessionId: '' }), publish('q', { type: 't', sessionId: 'tau/schedules' })];
    const options = {
      handlers: {},
      sessionId: 'tau/schedules',
      onPublish: (event: PublishedEvent) => void events.push(event),
    };
    await runLocal(scripted([stage]), options).ended;
    expect(events.map(({ sessionId }) => sessionId)).toEqual(['tau/schedules', 'tau/schedules']);
  });
});

describe('run:start', () => {
  test('completes the event that it gives, and refuses what is none', async () => {
    const store = memoryStore();
    const all = definitions({ good: scripted([[call('a')]]) });
    const stage = [
      start('whole', { definition: 'good', event: { type: 'order.placed', data: { n: 1 }, subject: 'x' } }),
      start('typeless', { definition: 'good', event: { data: '1' } }),
      start('inputless', { definition: 'good', input: [1] }),
    ];
    const handlers = { 't:a': () => 1 };
    const { outcome } = await runLocal(scripted([stage], { tolerant: true }), {
      handlers,
      definitions: all,
      store,
      runId: 'r',
    }).ended;
    const refused = { id: 'TAU-1001', outcome: 'not-done' };
    expect(outcome).toMatchObject({ output: { whole: { a: 1 }, typeless: refused, inputless: refused } });
    const child = (await openRuns(store, { languages: [] }).list()).find(({ parent }) => parent?.callId === 'whole');
    const { begin } = (await openRuns(store, { languages: [] }).header(child?.runId ?? '')) as RunHeader;
    expect(begin.event).toEqual({
      id: 'r/whole',
      source: 'tau/run/r',
      type: 'order.placed',
      data: '{"n":1}',
      subject: 'x',
    });
  });

  test('out of time is unknown: what the run did nobody can take back', async () => {
    const clock = new VirtualClock();
    const all = definitions({ slow: scripted([[call('a')]]) });
    const stage = [call('s', { capability: 'run:start@v1', input: { definition: 'slow' }, timeoutMs: 50 })];
    const run = runLocal(scripted([stage]), { handlers: { 't:a': never }, definitions: all, clock });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.advance(50);
    expect((await run.ended).outcome).toMatchObject({ kind: 'unknown', error: { id: 'TAU-3002', outcome: 'unknown' } });
  });

  test('runs a definition and waits for its outcome, whatever it is', async () => {
    const all = definitions({
      good: scripted([[call('a')]]),
      bad: scripted([[call('missing')]]),
    });
    const executable = scripted(
      [[start('one', { definition: 'good', input: { n: 1 } }), start('two', { definition: 'bad' })]],
      {
        tolerant: true,
      },
    );
    const store = memoryStore();
    const run = runLocal(executable, { handlers: { 't:a': () => 7 }, definitions: all, store, runId: 'r' });
    expect((await run.ended).outcome).toMatchObject({ kind: 'ok', output: { one: { a: 7 }, two: { id: 'TAU-3001' } } });
    const runs = await openRuns(store, { languages: [] }).list();
    expect(runs.map(({ parent, outcome }) => [parent?.callId, outcome]).sort()).toEqual([
      [undefined, 'ok'],
      ['one', 'ok'],
      ['two', 'failed'],
    ]);
  });

  test('without waiting gives the id; with a key it is one run', async () => {
    const store = memoryStore();
    const all = definitions({ slow: scripted([[call('a')]]) });
    const stages = ['one', 'two'].map((id) => [start(id, { definition: 'slow', wait: false, key: 'k' })]);
    const run = runLocal(scripted(stages), { handlers: { 't:a': never }, definitions: all, store });
    const { outcome } = await run.ended;
    const { one, two } = (outcome as unknown as { output: { [id: string]: { runId: string } } }).output;
    expect(one?.runId).toMatch(/^[0-9a-f]{32}$/);
    expect(two).toEqual(one);
    expect(await store.find(one?.runId ?? '')).toBeDefined();
  });

  test('withdrawn, it cancels the run; killed, it kills it', async () => {
    const store = memoryStore();
    const all = definitions({ slow: scripted([[call('a')]], { cleans: true }) });
    const executable = scripted([[start('one', { definition: 'slow' })]]);
    const handlers = { 't:a': never, 't:clean': () => null };
    for (const kill of [false, true]) {
      const run = runLocal(executable, { handlers, definitions: all, store, runId: `r-${kill}` });
      await vi.waitFor(async () => expect(await store.list('', 9)).toHaveLength(kill ? 4 : 2));
      run.cancel('enough', { kill });
      expect((await run.ended).outcome).toEqual({ kind: 'cancelled', reason: 'enough' });
      const runs = await openRuns(store, { languages: [] }).list();
      expect(runs.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(kill ? 4 : 2);
    }
  });

  test('passes questions up and answers down, over a restart', async () => {
    const store = memoryStore();
    const all = definitions({ middle: scripted([[start('leaf', { definition: 'asks' })]]), asks: scripted([[ask]]) });
    const executable = scripted([[start('one', { definition: 'middle' })]]);
    const options: LocalOptions = { handlers: {}, definitions: all, store, runId: 'r' };
    const first = runLocal(executable, options);
    const { status, questions } = await first.idle();
    expect([status, questions]).toMatchObject(['waiting', [{ id: 'one/leaf/q', version: 1 }]]);
    first.letGo();
    const again = runLocal(executable, options);
    expect((await again.idle()).questions).toEqual(questions);
    await again.answer('one/leaf/q', 1, 'yes');
    expect((await again.ended).outcome).toEqual({ kind: 'ok', output: { one: { leaf: { q: 'yes' } } } });
  });

  test('finds runs that have ended meanwhile', async () => {
    const store = memoryStore();
    const all = definitions({ asks: scripted([[ask]]) });
    const executable = scripted([[start('one', { definition: 'asks' })]]);
    const first = runLocal(executable, { handlers: {}, definitions: all, store, runId: 'r' });
    await first.idle();
    first.letGo();
    const childId = (await store.list('', 9)).map(({ runId }) => runId).find((id) => id !== 'r') ?? '';
    const child = runLocal(all('asks') as AnyExecutable, { handlers: {}, store, runId: childId });
    await child.idle();
    await child.answer('q', 1, 'meanwhile');
    await child.ended;
    const again = runLocal(executable, { handlers: {}, definitions: all, store, runId: 'r' });
    expect((await again.ended).outcome).toEqual({ kind: 'ok', output: { one: { q: 'meanwhile' } } });
  });

  test('refuses what there is not, and what starts itself for ever', async () => {
    const missing = runLocal(scripted([[start('one', { definition: 'nobody' })]]), { handlers: {} });
    expect((await missing.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1002' } });
    const self = scripted([[start('one', { definition: 'self' })]]);
    const deep = runLocal(self, { handlers: {}, definitions: definitions({ self }) });
    expect((await deep.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
    const refused = definitions({ one: scripted([]) });
    const bad = runLocal(scripted([[start('one', { definition: 'one', input: { refused: true } })]]), {
      handlers: {},
      definitions: refused,
    });
    expect((await bad.ended).outcome).toMatchObject({ error: { id: 'TAU-1001' } });
  });
});

describe('run:send', () => {
  test('reaches runs of the same store, once for each call', async () => {
    const store = memoryStore();
    const to = runLocal(scripted([[call('a')]]), { handlers: { 't:a': never }, store, runId: 'to' });
    await to.send('first');
    const from = runLocal(scripted([[send('s', { runId: 'to', content: { n: 1 } })]]), {
      handlers: {},
      store,
      runId: 'from',
    });
    expect((await from.ended).outcome).toEqual({ kind: 'ok', output: { s: null } });
    await to.send({ n: 1 }, { key: 'from/s' });
    expect(to.view()).toMatchObject({ messages: ['first', { n: 1 }] });
  });

  test('fails where nobody is', async () => {
    const run = runLocal(scripted([[send('s', { runId: 'nobody', content: 1 })]]), { handlers: {} });
    expect((await run.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4015' } });
  });
});
