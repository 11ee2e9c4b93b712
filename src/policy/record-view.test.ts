import fc from 'fast-check';
import { canonicalJson } from 'tau-core';
import { expect, test } from 'vitest';
import { recordOf, viewOf } from './record-view.js';
import { SharedRecord } from './shared-record.js';

const keys = fc.constantFrom('a', 'b', 'constructor', '__proto__', '1', '', 'Zz/é', 'toString');

test('a view is what a plain object with the same changes is, and no change shows in an older one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.option(fc.integer(), { nil: undefined }))), (changes) => {
      let record = SharedRecord.of<number>([]);
      let plain: Readonly<Record<string, number>> = Object.create(null);
      const before: [object, string][] = [];
      for (const [key, value] of changes) {
        record = record.with(key, value);
        const { [key]: _, ...others } = plain;
        plain = Object.assign(Object.create(null), others);
        if (value !== undefined) plain = Object.assign(Object.create(null), plain, Object.fromEntries([[key, value]]));
        const view = viewOf(record);
        before.push([view, canonicalJson(plain)]);
        expect(view).toEqual(plain);
        expect(Object.keys(view).sort()).toEqual(Object.keys(plain).sort());
        expect(key in view).toBe(value !== undefined);
        expect(view[key]).toBe(value);
        expect(Object.hasOwn(view, key)).toBe(value !== undefined);
        expect(recordOf(view)).toBe(record);
        expect(Object.keys({ ...view }).length).toBe(Object.keys(plain).length);
      }
      for (const [view, text] of before) expect(canonicalJson(view as never)).toBe(text);
    }),
  );
});

test('it cannot be changed, and can be frozen', () => {
  const view = viewOf(SharedRecord.of([['a', 1]] as const)) as Record<string, number>;
  for (const _ of ['as it is', 'frozen']) {
    expect(() => Object.assign(view, { a: 2 })).toThrow(TypeError);
    expect(() => Object.assign(view, { b: 2 })).toThrow(TypeError);
    expect(() => Reflect.deleteProperty(view, 'a') || view['a']).not.toThrow();
    expect(view).toEqual({ a: 1 });
    expect(JSON.stringify(Object.freeze(view))).toBe('{"a":1}');
  }
  expect(Object.isFrozen(view)).toBe(true);
});

test('thousands of keys are all there, each once', () => {
  const all = Array.from({ length: 3_000 }, (_, n) => `key-${n}`);
  const record = SharedRecord.of(all.map((key) => [key, key] as const));
  expect(record.keys().sort()).toEqual([...all].sort());
  expect(all.every((key) => record.get(key) === key)).toBe(true);
});
