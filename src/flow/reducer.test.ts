import fc from 'fast-check';
import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_REDUCERS, fitsStateType } from './reducer.js';

function reducer(name: string): NonNullable<(typeof BUILT_IN_REDUCERS)[string]> {
  const found = BUILT_IN_REDUCERS[name];
  if (found === undefined) throw new Error(`no reducer ${name}`);
  return found;
}

/** What updates come to, one after the other, from the reducer's own first value. */
function fold(name: string, ...updates: readonly Json[]): Json {
  const { initial, reduce } = reducer(name);
  return updates.reduce<Json>((current, update) => reduce(current, update), initial);
}

describe('BUILT_IN_REDUCERS', () => {
  test.each<[string, readonly Json[], Json]>([
    ['replace', [], null],
    ['replace', [1, 'two'], 'two'],
    ['last', [1, null], null],
    ['append', [], []],
    ['append', [1, [2, [3]], null], [1, 2, [3], null]],
    ['add', [], 0],
    ['add', [1, 2.5, -1], 2.5],
    ['add', [Number.MAX_VALUE, Number.MAX_VALUE], Number.MAX_VALUE],
    ['merge', [{ a: 1, b: { c: 2 } }, { b: { d: 3 } }], { a: 1, b: { d: 3 } }],
    ['union', [1, [1, '1', { a: 1, b: 2 }], { b: 2, a: 1 }, null, [null]], [1, '1', { a: 1, b: 2 }, null]],
    ['union', [[1], '1', '[1]', [[1]]], [1, '1', '[1]', [1]]],
    ['min', [], null],
    ['min', [3, 1, 2], 1],
    ['max', [3, 1, 4], 4],
    ['byId', [{ id: 1, a: 1 }, [{ id: '1' }, { id: 1, a: 2 }]], [{ id: 1, a: 2 }, { id: '1' }]],
    ['byId', [[{ id: 1 }, { id: 2 }], { id: 1, remove: true }, { id: 9, remove: true }], [{ id: 2 }]],
  ])('%s of %j is %j', (name, updates, expected) => {
    expect(fold(name, ...updates)).toEqual(expected);
  });

  test.each(['append', 'union', 'merge', 'byId'])('%s does the same to many updates together', (name) => {
    const item = fc.oneof(
      fc.record({ id: fc.integer({ min: 0, max: 3 }), n: fc.nat(9) }),
      fc.record({ id: fc.integer({ min: 0, max: 3 }), remove: fc.constant(true) }),
    );
    const update =
      name === 'merge'
        ? fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(9))
        : fc.oneof(item, fc.array(item, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(update as fc.Arbitrary<Json>, { maxLength: 6 }), (updates) => {
        const { initial, reduce, together } = reducer(name);
        expect(reduce(initial, together?.(updates) ?? null)).toEqual(fold(name, ...updates));
      }),
    );
  });

  test.each<[string, Json, boolean]>([
    ['add', 1, true],
    ['add', '1', false],
    ['min', null, false],
    ['merge', {}, true],
    ['merge', [], false],
    ['byId', { id: 1 }, true],
    ['byId', [{ id: 'a' }, { id: 2 }], true],
    ['byId', [], true],
    ['byId', [{ id: null }], false],
    ['byId', null, false],
  ])('%s takes %j: %j', (name, update, expected) => {
    expect(reducer(name).accepts?.(update)).toBe(expected);
  });

  test('only replace takes one update a step', () => {
    const single = Object.keys(BUILT_IN_REDUCERS).filter((name) => !reducer(name).acceptsMany);
    expect(single).toEqual(['replace']);
  });

  test('none throws, or changes what it is given, whatever that is', () => {
    // Journals keep no negative zero.
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(BUILT_IN_REDUCERS)), json, json, (name, a, b) => {
        const before = JSON.stringify([a, b]);
        const reduced = reducer(name).reduce(a, b);
        expect(JSON.stringify([a, b])).toBe(before);
        expect(reduced).toEqual(JSON.parse(JSON.stringify(reduced)));
      }),
    );
  });
});

describe('fitsStateType', () => {
  test.each<[NonNullable<Parameters<typeof fitsStateType>[0]>, Json]>([
    ['text', ''],
    ['number', 0],
    ['boolean', false],
    ['list', []],
    ['object', {}],
  ])('%s is %j, and nothing of another type', (type, fitting) => {
    const values: readonly Json[] = ['', 0, false, [], {}, null];
    expect(values.filter((value) => fitsStateType(type, value))).toEqual([fitting]);
  });

  test('no type takes anything', () => {
    expect(fitsStateType(undefined, null)).toBe(true);
  });
});
