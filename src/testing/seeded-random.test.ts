import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.js';

test('the same seed gives the same numbers, for ever', () => {
  const random = seededRandom(42);
  expect([random.int(1_000), random.int(1_000), random.int(1_000), random.hex(8)]).toMatchInlineSnapshot(`
    [
      153,
      850,
      18,
      "3688e1ba7092ce49",
    ]
  `);
});

test('other seeds, texts included, give other numbers', () => {
  const firsts = new Set([0, 1, 2, 'a', 'b', ''].map((seed) => seededRandom(seed).hex(16)));
  expect(firsts.size).toBe(6);
});

test('draws are spread evenly and stay in their range', () => {
  const random = seededRandom(1);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const value = random.int(10);
    counts[value] = (counts[value] ?? Number.NaN) + 1;
  }
  expect(counts).toHaveLength(10);
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('hex has two lower-case digits a byte', () => {
  expect(seededRandom(3).hex(1_024)).toMatch(/^[0-9a-f]{2048}$/);
});

test('shuffle keeps the items, pick takes one of them', () => {
  const random = seededRandom(5);
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = random.shuffle([...items]);
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  expect(items).toContain(random.pick(items));
  expect(() => random.pick([])).toThrow('nothing to pick');
});

test('a fork depends on the seed and its name, not on what was drawn before', () => {
  const fresh = seededRandom(9).fork('net').hex(8);
  const used = seededRandom(9);
  used.hex(100);
  expect(used.fork('net').hex(8)).toBe(fresh);
  expect(used.fork('disk').hex(8)).not.toBe(fresh);
});
