import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRun } from '../../../test/lab/property-run.js';
import { DeadlineHeap } from './deadline-heap.js';

test('gives what is due, the earliest first, once', () => {
  const heap = new DeadlineHeap<string>();
  heap.set('c', 30);
  heap.set('a', 10);
  heap.set('b', 20);
  expect([heap.takeDue(9), heap.takeDue(20), heap.takeDue(20), heap.takeDue(20)]).toEqual([
    undefined,
    'a',
    'b',
    undefined,
  ]);
  expect([heap.next(), heap.size]).toEqual([30, 1]);
});

test('setting a key again moves its deadline, either way; deleting it takes it out', () => {
  const heap = new DeadlineHeap<string>();
  heap.set('a', 10);
  heap.set('a', 30);
  heap.set('b', 20);
  expect(heap.next()).toBe(20);
  heap.set('a', 5);
  expect(heap.takeDue(100)).toBe('a');
  heap.delete('b');
  expect([heap.next(), heap.takeDue(100), heap.size]).toEqual([undefined, undefined, 0]);
});

test('a deadline within a millisecond is due at its end: never is a timer set for a moment at which nothing is due', () => {
  const heap = new DeadlineHeap<string>();
  heap.set('a', 10.5);
  const at = heap.next() ?? 0;
  expect(heap.takeDue(at)).toBe('a');
});

type Step = readonly ['set', number, number] | readonly ['delete', number] | readonly ['take', number];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('set' as const), fc.nat(15), fc.nat(50)),
  fc.tuple(fc.constant('delete' as const), fc.nat(15)),
  fc.tuple(fc.constant('take' as const), fc.nat(50)),
);

test('behaves as a map of deadlines that is searched through', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const heap = new DeadlineHeap<number>();
      const model = new Map<number, number>();
      const earliest = (): number | undefined => (model.size === 0 ? undefined : Math.min(...model.values()));
      for (const [what, first, second = 0] of steps) {
        if (what === 'set') {
          heap.set(first, second);
          model.set(first, second);
        } else if (what === 'delete') {
          heap.delete(first);
          model.delete(first);
        } else {
          const key = heap.takeDue(first);
          const due = earliest();
          expect(key === undefined).toBe(due === undefined || due > first);
          if (key !== undefined) expect(model.get(key)).toBe(due);
          if (key !== undefined) model.delete(key);
        }
        expect(heap.next()).toBe(earliest());
        expect(heap.size).toBe(model.size);
      }
    }),
    propertyRun('deadline heap', 200),
  );
});
