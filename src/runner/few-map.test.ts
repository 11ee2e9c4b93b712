import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FewMap } from './few-map.js';

const KEYS = ['a', 'b', 'c'] as const;

test('it is a Map, whatever is put in and taken out', () => {
  const step = fc.record({ key: fc.constantFrom(...KEYS), value: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const few = new FewMap<string, number>();
      const map = new Map<string, number>();
      for (const { key, value } of steps) {
        if (value === null) {
          few.delete(key);
          map.delete(key);
        } else {
          few.set(key, value);
          map.set(key, value);
        }
        expect([...few.entries()]).toEqual([...map.entries()]);
        expect([...few.values()]).toEqual([...map.values()]);
        expect(few.size).toBe(map.size);
        for (const known of KEYS) {
          expect(few.get(known)).toBe(map.get(known));
          expect(few.has(known)).toBe(map.has(known));
        }
      }
    }),
  );
});

test('what is taken out while it is looked through is seen no more', () => {
  const few = new FewMap<string, number>();
  few.set('a', 1);
  few.set('b', 2);
  const seen: number[] = [];
  for (const value of few.values()) {
    seen.push(value);
    few.delete('b');
  }
  expect(seen).toEqual([1]);
});
