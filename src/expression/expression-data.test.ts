import { data } from '@actions/expressions';
import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { toData, toJson } from './expression-data.js';

describe('JSON as expressions see it', () => {
  const payload: Json = { Issue: { number: 1, labels: ['a', { name: 'b' }] }, none: null, issue: 'exact' };

  test('is what it was when it comes back, and not a copy', () => {
    for (const value of [null, true, 0, 1.5, 'text', [], {}, payload] as const)
      expect(toJson(toData(value))).toBe(value);
  });

  test('finds names in any case, the exact one first', () => {
    const view = toData({ Issue: 1, ISSUE: 2, other: 3 });
    if (!(view instanceof data.Dictionary)) throw new Error('an object is a dictionary');
    expect(view.get('ISSUE')?.coerceString()).toBe('2');
    expect(view.get('OTHER')?.coerceString()).toBe('3');
    expect(view.get('missing')).toBeUndefined();
  });

  test('does not find what every object has', () => {
    const view = toData({});
    if (!(view instanceof data.Dictionary)) throw new Error('an object is a dictionary');
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(view.get(name)).toBeUndefined();
  });

  test('hands out the same view of a member each time: the engine compares objects by identity', () => {
    const view = toData(payload);
    if (!(view instanceof data.Dictionary)) throw new Error('an object is a dictionary');
    expect(view.get('Issue')).toBe(view.get('Issue'));
    expect(view.values()[0]).toBe(view.get('Issue'));
    expect(view.pairs().map(({ key }) => key)).toEqual(['Issue', 'none', 'issue']);
  });

  test('makes JSON of what the engine makes itself', () => {
    const made = new data.Array(new data.NumberData(-0), new data.NumberData(Number.NaN), toData({ a: [1] }));
    expect(toJson(made)).toStrictEqual([0, 'NaN', { a: [1] }]);
    expect(toJson(new data.Dictionary({ key: 'a', value: made }))).toStrictEqual({ a: [0, 'NaN', { a: [1] }] });
  });
});
