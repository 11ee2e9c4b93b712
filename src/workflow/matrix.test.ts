import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { expandMatrix } from './matrix.js';

function combinations(matrix: Json): readonly Json[] {
  const expanded = expandMatrix(matrix);
  if (!expanded.ok) throw new Error(expanded.problem);
  return expanded.combinations.map(({ values }) => values);
}

function labels(matrix: Json): readonly string[] {
  const expanded = expandMatrix(matrix);
  return expanded.ok ? expanded.combinations.map(({ label }) => label) : [];
}

function problem(matrix: Json): string {
  const expanded = expandMatrix(matrix);
  return expanded.ok ? '' : expanded.problem;
}

describe("a matrix has, by the examples of GitHub's documents,", () => {
  test('all combinations, the first list changing slowest', () => {
    expect(combinations({ version: [10, 12], os: ['ubuntu', 'windows'] })).toEqual([
      { version: 10, os: 'ubuntu' },
      { version: 10, os: 'windows' },
      { version: 12, os: 'ubuntu' },
      { version: 12, os: 'windows' },
    ]);
  });

  test('what include adds where it overwrites nothing of the matrix, else a combination more', () => {
    const include = [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ];
    expect(combinations({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'], include })).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  test('the entries of include alone', () => {
    const include = [
      { site: 'production', datacenter: 'a' },
      { site: 'staging', datacenter: 'b' },
    ];
    expect(combinations({ include })).toEqual(include);
  });

  test('none that exclude takes out by a part of it', () => {
    const matrix = {
      os: ['macos', 'windows'],
      version: [12, 14, 16],
      environment: ['staging', 'production'],
      exclude: [
        { os: 'macos', version: 12, environment: 'production' },
        { os: 'windows', version: 16 },
      ],
    };
    expect(combinations(matrix)).toHaveLength(9);
    expect(combinations(matrix)).not.toContainEqual({ os: 'windows', version: 16, environment: 'staging' });
  });
});

describe('a matrix', () => {
  test('is matched deeply, and as expressions compare', () => {
    const matrix = { on: [{ os: 'Linux', v: [1, 2] }, { os: 'mac' }], n: [1, 2] };
    expect(combinations({ ...matrix, exclude: [{ on: { os: 'LINUX' }, n: '1' }] })).toHaveLength(3);
    expect(combinations({ ...matrix, exclude: [{ on: { v: [1] } }] })).toHaveLength(2);
  });

  test('tells its combinations apart by its own values, what is empty left out', () => {
    expect(
      labels({ os: [{ name: 'linux', flags: ['a', ''] }], n: [1, null, true], include: [{ extra: 'x' }] }),
    ).toEqual(['linux, a, 1', 'linux, a', 'linux, a, true']);
    expect(labels({ include: [{ a: 1, b: 'x' }] })).toEqual(['1, x']);
  });

  test('finds keys in any case, in its own lists and in what include and exclude name', () => {
    expect(combinations({ Os: ['a', 'b'], exclude: [{ OS: 'a' }] })).toEqual([{ Os: 'b' }]);
    expect(combinations({ os: ['a', 'b'], include: [{ OS: 'A', x: 1 }] })).toEqual([{ os: 'a', x: 1 }, { os: 'b' }]);
    expect(combinations({ os: [{ Name: 'a' }, { Name: 'b' }], exclude: [{ os: { name: 'a' } }] })).toEqual([
      { os: { Name: 'b' } },
    ]);
  });

  test.each<[Json, string]>([
    [{ v: [1], exclude: [{ w: 1 }] }, 'the matrix has no "w" that "exclude" could take out: it has v'],
    [{ include: [{ w: 1 }], exclude: [{ w: 1 }] }, 'the matrix has no "w" that "exclude" could take out: it has none'],
    [5, 'a matrix must be a map of lists'],
    [{ v: 'x' }, '"v" of the matrix must be a list'],
    [{ v: [] }, '"v" of the matrix has no values'],
    [{}, 'no combination is left of the matrix'],
    [{ v: [1], exclude: [{ v: 1 }] }, 'no combination is left of the matrix'],
    [{ v: [1], include: [{}] }, '"include" must be a list of maps, none of them empty'],
    [{ v: [1], exclude: 'x' }, '"exclude" must be a list of maps, none of them empty'],
    [{ v: Array.from({ length: 257 }, (_, n) => n) }, 'it has 257 combinations; a matrix may have 256'],
    [
      Object.fromEntries(Array.from('abcdef', (name) => [name, Array.from({ length: 99 }, (_, n) => n)])),
      'it has 941480149401 combinations; a matrix may have 256',
    ],
  ])('%j is refused', (matrix, expected) => {
    expect(problem(matrix)).toBe(expected);
  });
});
