import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns stand under each other, and long cells are cut', () => {
  const rows = [
    ['a', 'title', 'last'],
    ['bbb', 'x'.repeat(9), ''],
  ];
  expect(table(rows, 8)).toBe('a    title     last\nbbb  xxxxxxx…');
});
