import { type Json, TauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { createFlowLanguage, defineFlow, edge, graph, type Reducer, reduced, task } from '../src/flow/index.js';
import { runLocal } from '../src/runner/index.js';

const LAX: Reducer = { initial: null, acceptsMany: true, reduce: (_, update) => update };

/** What a run comes to whose key `k` has a reducer, and is written 1, or the items of a fan-out. */
async function outcomeOf(reducer: Reducer, { items = [1] }: { readonly items?: readonly Json[] } = {}) {
  const flow = defineFlow(
    'test',
    graph({
      state: { k: reduced('own'), items: {} },
      nodes: { list: task('t:list'), write: task('t:write', { writes: { k: '${{ output }}' }, onError: 'fail' }) },
      edges: [{ from: 'list', each: 'state.items', to: 'write' }],
    }),
    { language: createFlowLanguage({ reducers: { own: reducer } }) },
  );
  const handlers = { 't:list': () => ({ items }), 't:write': ({ value }: { readonly value?: Json }) => value ?? null };
  return (await runLocal(flow, { handlers }).ended).outcome;
}

const boom = (): never => {
  throw new Error('boom');
};

describe('a reducer of one’s own', () => {
  test.each<[string, Partial<Reducer>, string]>([
    ['throws', { reduce: boom }, 'its reducer "own" fails: boom'],
    ['throws at one update for all', { together: boom }, 'its reducer "own" fails: boom'],
    ['throws at what it takes', { accepts: boom, wants: 'a card' }, 'its reducer "own" takes a card'],
    ['gives nothing', { reduce: () => undefined as never }, 'its reducer "own" gives what is no JSON'],
    ['gives no number of JSON', { reduce: () => Number.NaN }, 'its reducer "own" gives what is no JSON'],
    ['gives an instance of a class', { reduce: () => new Map() as never }, 'its reducer "own" gives what is no JSON'],
    ['gives one within', { reduce: () => ({ at: new Date(0) as never }) }, 'its reducer "own" gives what is no JSON'],
  ])('that %s fails its graph, and says which key of whom', async (_, odd, why) => {
    for (const items of [[1], [1, 2]]) {
      if (odd.together !== undefined && items.length === 1) continue;
      expect(await outcomeOf({ ...LAX, ...odd }, { items })).toMatchObject({
        kind: 'failed',
        error: {
          message: `node "write" writes what key "k" does not take: ${why}`,
          details: { key: 'k', node: 'write' },
        },
      });
    }
  });

  test('that gives a value within itself is told so', async () => {
    const ring: { [name: string]: Json } = {};
    ring['self'] = ring;
    expect(await outcomeOf({ ...LAX, reduce: () => ring })).toMatchObject({ kind: 'failed' });
  });

  test('is left alone when it gives JSON', async () => {
    const output = { k: { deep: [1, 'two', null, true] }, items: [1] };
    expect(await outcomeOf({ ...LAX, reduce: () => output.k })).toEqual({ kind: 'ok', output });
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['without reduce', { initial: null, acceptsMany: true }],
    ['without initial', { acceptsMany: true, reduce: () => 1 }],
    ['with an initial that is no JSON', { initial: new Date(0), acceptsMany: true, reduce: () => 1 }],
  ])('is refused %s when its language is made', (_, reducer) => {
    let refused: unknown;
    try {
      createFlowLanguage({ reducers: { own: reducer as Reducer } });
    } catch (thrown) {
      refused = thrown;
    }
    expect(refused).toBeInstanceOf(TauError);
    expect((refused as TauError).is('INVALID_ARGUMENT')).toBe(true);
    expect((refused as TauError).message).toContain('the reducer "own" must have');
  });
});

test('an accepts that throws refuses first values, too', async () => {
  const flow = defineFlow(
    'test',
    graph({ state: { k: reduced('own') }, nodes: { a: task('t:a'), b: task('t:a') }, edges: [edge('a', 'b')] }),
    { language: createFlowLanguage({ reducers: { own: { ...LAX, accepts: boom } } }) },
  );
  await expect(runLocal(flow, { input: { k: 1 }, handlers: { 't:a': () => ({}) } }).ended).rejects.toThrow(/"k"/);
});
