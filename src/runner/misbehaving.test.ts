import { type Json, tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { LocalHandler } from './local-handler.js';
import type { LocalOptions } from './local-options.js';
import { runLocal } from './run-local.js';
import type { StreamItem } from './stream-item.js';

const one = scripted([[call('a')]]);

async function outcomeOf(handler: LocalHandler, options: Partial<LocalOptions> = {}) {
  return (await runLocal(one, { handlers: { 't:a': handler }, ...options }).ended).outcome;
}

const circular: { self?: unknown } = {};
circular.self = circular;

describe('a handler that throws', () => {
  test.each([
    [new Error('no luck'), 'no luck'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [7n, '7'],
    [circular, 'the handler threw a value that cannot be shown'],
    [
      {
        get message() {
          throw new Error('worse');
        },
      },
      'the handler threw a value that cannot be shown',
    ],
  ])('%# any value has failed, and may have done its work', async (thrown, message) => {
    const expected = { kind: 'unknown', error: { id: 'TAU-3005', message } };
    expect(await outcomeOf(() => Promise.reject(thrown))).toMatchObject(expected);
    expect(
      await outcomeOf(() => {
        throw thrown;
      }),
    ).toMatchObject(expected);
  });

  test('a TauError has its own', async () => {
    const refused = tauError('GITHUB_REFUSED', 'no such label', { details: { label: 'x' } });
    expect(await outcomeOf(() => Promise.reject(refused))).toEqual({ kind: 'failed', error: refused.data });
  });

  test('an error of any size, or with what is no JSON, is bounded', async () => {
    const large = tauError('GITHUB_REFUSED', 'm'.repeat(1_000_000), { details: { text: 'x'.repeat(1_000_000) } });
    const outcome = await outcomeOf(() => Promise.reject(large));
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-5002' } });
    expect(JSON.stringify(outcome).length).toBeLessThan(10_000);
    const odd = tauError('GITHUB_REFUSED', 'odd', { details: circular as never });
    expect(await outcomeOf(() => Promise.reject(odd))).toMatchObject({ error: { message: 'odd' } });
  });
});

describe('a handler that returns garbage', () => {
  test.each([
    ['a function', () => () => 1],
    ['a function within', () => ({ deep: [() => 1] })],
    ['a symbol', () => Symbol('s')],
    ['a BigInt', () => [1n]],
    ['a circular value', () => circular],
    ['no number', () => Number.NaN],
    ['infinity', () => ({ n: Number.POSITIVE_INFINITY })],
    ['a map', () => new Map([['a', 1]])],
    ['bytes', () => ({ data: new Uint8Array(3) })],
    ['too much text', () => 'x'.repeat(9 * 1024 * 1024)],
    ['too many values', () => Array.from({ length: 1_100_000 }, () => 1)],
    ['too deep a value', () => Array.from({ length: 300 }).reduce((inner) => [inner], 1)],
  ])('%s is refused', async (_what, make) => {
    const expected = { kind: 'unknown', error: { id: 'TAU-3011', retryable: false } };
    expect(await outcomeOf(make as LocalHandler)).toMatchObject(expected);
    expect(await outcomeOf((async () => make()) as LocalHandler)).toMatchObject(expected);
  });

  test('a value that branches into itself is refused quickly', async () => {
    const twice: { a?: unknown; b?: unknown } = {};
    twice.a = twice;
    twice.b = twice;
    expect(await outcomeOf((() => twice) as LocalHandler)).toMatchObject({ error: { id: 'TAU-3011' } });
  });

  test('a value that throws when it is read has failed', async () => {
    const trap = {
      get inside(): Json {
        throw new Error('do not look');
      },
    };
    expect(await outcomeOf(() => trap)).toMatchObject({ error: { id: 'TAU-3005', message: 'do not look' } });
  });

  test('nothing is null, and JSON is what is left of other values', async () => {
    const date = new Date(0);
    const bare = Object.assign(Object.create(null) as object, { x: 1 });
    const outcome = await outcomeOf((() => ({ none: undefined, list: [undefined], date, bare })) as never);
    const a = { list: [null], date: '1970-01-01T00:00:00.000Z', bare: { x: 1 } };
    expect(outcome).toEqual({ kind: 'ok', output: { a } });
    expect(await outcomeOf(() => undefined)).toEqual({ kind: 'ok', output: { a: null } });
    expect(await outcomeOf(async () => undefined)).toEqual({ kind: 'ok', output: { a: null } });
  });

  test('a name of the prototype is a name like any other', async () => {
    const outcome = await outcomeOf(() => JSON.parse('{"__proto__":{"bad":true}}') as Json);
    expect(JSON.stringify(outcome)).toContain('{"__proto__":{"bad":true}}');
    expect(({} as { bad?: boolean }).bad).toBeUndefined();
  });

  test('the limit is the host’s', async () => {
    expect(await outcomeOf(() => 'x'.repeat(200), { outputBytesMax: 100 })).toMatchObject({
      error: { id: 'TAU-3011' },
    });
    expect((await outcomeOf(() => 'x'.repeat(50), { outputBytesMax: 100 })).kind).toBe('ok');
  });
});

describe('a handler that never settles', () => {
  test('is given up when its time is over: its signal says why, and what it says then is dropped', async () => {
    for (const limit of ['program', 'host'] as const) {
      const clock = new VirtualClock();
      let signal: AbortSignal | undefined;
      let answer: (value: Json) => void = () => {};
      const handler: LocalHandler = (_, context) => {
        signal = context.signal;
        expect(context.deadline).toBe(clock.now() + 30_000);
        return new Promise((resolve) => {
          answer = resolve;
        });
      };
      const run = runLocal(
        scripted([[call('a', limit === 'program' ? { timeoutMs: 30_000 } : {})], [call('b')]], { tolerant: true }),
        {
          handlers: { 't:a': handler, 't:b': () => 'b' },
          clock,
          ...(limit === 'host' && { timeoutMs: 30_000 }),
        },
      );
      await vi.waitFor(() => expect(clock.pending).toBe(1));
      clock.advance(30_000);
      expect(signal?.reason).toMatchObject({ data: { id: 'TAU-3002' } });
      answer('late');
      expect((await run.ended).outcome).toMatchObject({ output: { a: { id: 'TAU-3002' }, b: 'b' } });
      expect(clock.pending).toBe(0);
    }
  });

  test('is given up without signs of life, but not with them', async () => {
    const clock = new VirtualClock();
    let progress: (content: Json) => void = () => {};
    const handler: LocalHandler = (_, context) => {
      ({ progress } = context);
      return new Promise(() => {});
    };
    const run = runLocal(one, { handlers: { 't:a': handler }, clock, idleTimeoutMs: 1_000 });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    for (let sign = 0; sign < 5; sign += 1) {
      clock.advance(900);
      progress('still here');
    }
    expect(clock.pending).toBe(1);
    clock.advance(1_000);
    expect((await run.ended).outcome).toMatchObject({ kind: 'unknown', error: { id: 'TAU-3002' } });
  });

  test('that ignores its signal is given up all the same', async () => {
    let answer: (value: Json) => void = () => {};
    const stubborn: LocalHandler = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const run = runLocal(scripted([[call('a')]], { cleans: true }), {
      handlers: { 't:a': stubborn, 't:clean': () => null },
    });
    await vi.waitFor(() => expect(run.view()).toMatchObject({ stage: 0 }));
    run.cancel('stop');
    answer('late');
    const { outcome, state } = await run.ended;
    expect(outcome).toEqual({ kind: 'cancelled', reason: 'stop' });
    expect(state.outputs).toEqual({ clean: null });
  });

  test('one of another make of promise that settles twice counts once', async () => {
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: promises of another make are what is tested.
      then: (resolve: (value: Json) => void) => {
        resolve(1);
        resolve(2);
        throw new Error('three');
      },
    };
    expect(await outcomeOf((() => thenable) as never)).toEqual({ kind: 'ok', output: { a: 1 } });
  });
});

describe('a handler that floods its watchers', () => {
  const flood: LocalHandler = (_, { progress, emit }) => {
    for (let n = 0; n < 5_000; n += 1) progress({ n });
    emit('last');
    return null;
  };

  test('leaves a gap of its own, and hides nothing else', async () => {
    const run = runLocal(one, { handlers: { 't:a': flood }, progressMax: 10 });
    const stream = run.stream(['custom', 'events', 'updates', 'gap']);
    await run.ended;
    const items: StreamItem[] = [];
    for await (const item of stream) items.push(item);
    const custom = items.filter(({ mode }) => mode === 'custom');
    expect(items.filter(({ mode }) => mode === 'gap')).toEqual([{ mode: 'gap', of: 'custom', dropped: 4_991 }]);
    expect(custom).toHaveLength(10);
    expect(custom.at(-1)).toMatchObject({ from: 'emit', content: 'last', callId: 'a' });
    expect(items.filter(({ mode }) => mode === 'events' || mode === 'updates').map(({ mode }) => mode)).toEqual([
      'events',
      'events',
      'updates',
    ]);
  });

  test('keeps no more than some megabytes', async () => {
    const wide: LocalHandler = (_, { progress }) => {
      for (let n = 0; n < 200; n += 1) progress('x'.repeat(200_000));
      return null;
    };
    const run = runLocal(one, { handlers: { 't:a': wide } });
    const stream = run.stream(['custom', 'gap']);
    await run.ended;
    expect(await stream.next()).toMatchObject({ value: { mode: 'gap', of: 'custom' } });
    let kept = 0;
    for await (const item of stream) if (item.mode === 'custom') kept += 1;
    expect(kept).toBe(20);
  });

  test('costs nothing when nobody watches, and what is too large or no JSON is refused to the handler', async () => {
    const thrown: unknown[] = [];
    const odd: LocalHandler = (_, { progress }) => {
      for (const content of ['x'.repeat(300_000), (() => 1) as never]) {
        try {
          progress(content);
        } catch (error) {
          thrown.push(error);
        }
      }
      return null;
    };
    await runLocal(one, { handlers: { 't:a': odd } }).ended;
    expect(thrown).toEqual([]);
    const run = runLocal(one, { handlers: { 't:a': odd } });
    run.stream('custom');
    await run.ended;
    expect(thrown).toMatchObject([{ data: { id: 'TAU-1007' } }, { data: { id: 'TAU-3011' } }]);
  });

  test('after its end says nothing any more', async () => {
    let late: (content: Json) => void = () => {};
    const run = runLocal(scripted([[call('a')], [call('b')]]), {
      handlers: {
        't:a': (_, { progress }) => {
          late = progress;
          return null;
        },
        't:b': () => {
          late('too late');
          return null;
        },
      },
    });
    const stream = run.stream('custom');
    await run.ended;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
