import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRun } from '../../../test/lab/property-run.js';
import { FairQueue } from './fair-queue.js';

const any = (): boolean => true;

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.take(any); item !== undefined; item = queue.take(any)) items.push(item);
  return items;
}

test('lanes go by priority, 0 first, and what is beyond 0 to 9 belongs to the nearest', () => {
  const queue = new FairQueue<string>();
  for (const priority of [9, 0, 5, 12, -3, 1.7]) queue.push(`p${priority}`, priority, 'k');
  expect(drained(queue)).toEqual(['p0', 'p-3', 'p1.7', 'p5', 'p9', 'p12']);
});

test('within a lane keys take turns, within a key the first comes first', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item, 5, item.charAt(0));
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

test('a key that comes in later than one that was just served goes before it', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3']) queue.push(item, 5, 'a');
  expect(queue.take(any)).toBe('a1');
  queue.push('b1', 5, 'b');
  expect(drained(queue)).toEqual(['a2', 'b1', 'a3']);
});

test('what is not wanted keeps its place', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'b1']) queue.push(item, 5, item.charAt(0));
  expect(queue.take((item) => item.endsWith('2'))).toBe('a2');
  expect(queue.take((item) => item.endsWith('9'))).toBeUndefined();
  expect(queue.size).toBe(2);
  expect(drained(queue)).toEqual(['b1', 'a1']);
});

test('an item is removed from where it was pushed, and from nowhere else', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'b1']) queue.push(item, 5, item.charAt(0));
  expect([
    queue.remove('a1', 4, 'a'),
    queue.remove('a1', 5, 'b'),
    queue.remove('a1', 5, 'a'),
    queue.remove('a1', 5, 'a'),
  ]).toEqual([false, false, true, false]);
  expect(queue.size).toBe(2);
  expect(drained(queue)).toEqual(['a2', 'b1']);
});

interface Pushed {
  readonly id: number;
  readonly priority: number;
  readonly key: string;
}

type Step = { readonly push: readonly [number, string] } | { readonly take: number } | { readonly remove: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: fc.tuple(fc.nat(9), fc.constantFrom('a', 'b', 'c', 'd')) }),
  fc.record({ take: fc.nat(3) }),
  fc.record({ remove: fc.nat(50) }),
);

/** The same as plain lists: a key's turn is the number of the last time that it was served, or came in anew. */
class Model {
  items: Pushed[] = [];
  readonly #turns = new Map<string, number>();
  #clock = 0;

  push(item: Pushed): void {
    const line = `${item.priority} ${item.key}`;
    if (!this.items.some((other) => `${other.priority} ${other.key}` === line)) this.#turns.set(line, ++this.#clock);
    this.items.push(item);
  }

  take(wanted: (item: Pushed) => boolean): Pushed | undefined {
    const order = (item: Pushed): number =>
      item.priority * 1e6 + (this.#turns.get(`${item.priority} ${item.key}`) ?? 0);
    const first = this.items.filter(wanted).sort((a, b) => order(a) - order(b) || a.id - b.id)[0];
    if (first === undefined) return undefined;
    this.#turns.set(`${first.priority} ${first.key}`, ++this.#clock);
    this.items = this.items.filter((item) => item !== first);
    return first;
  }
}

test('behaves as lists by priority and turn', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const queue = new FairQueue<Pushed>();
      const model = new Model();
      steps.forEach((todo, id) => {
        if ('push' in todo) {
          const [priority, key] = todo.push;
          const item = { id, priority, key };
          queue.push(item, priority, key);
          model.push(item);
        } else if ('take' in todo) {
          const wanted = (item: Pushed): boolean => todo.take === 3 || item.id % 3 === todo.take;
          expect(queue.take(wanted)).toBe(model.take(wanted));
        } else {
          const item = model.items[todo.remove % Math.max(1, model.items.length)];
          if (item !== undefined) expect(queue.remove(item, item.priority, item.key)).toBe(true);
          model.items = model.items.filter((other) => other !== item);
        }
        expect(queue.size).toBe(model.items.length);
      });
    }),
    propertyRun('fair queue', 300),
  );
});

test('no key waits longer than one turn of each other key', () => {
  const queue = new FairQueue<string>();
  for (let item = 0; item < 1_000; item += 1) queue.push('busy', 5, 'busy');
  queue.push('rare', 5, 'rare');
  expect([queue.take(any), queue.take(any)]).toEqual(['busy', 'rare']);
});
