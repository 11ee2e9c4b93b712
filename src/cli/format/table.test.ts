import { expect, test } from 'vitest';
import { type Column, cut, tableLines } from './table.js';

interface Fruit {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Fruit>[] = [
  { title: 'NAME', text: ({ name }) => name, colour: (text) => `<${text}>` },
  { title: 'COUNT', text: ({ count }) => String(count) },
  { title: 'NOTE', text: () => 'from the garden' },
];
const ROWS: readonly Fruit[] = [
  { name: 'fig', count: 12 },
  { name: 'gooseberry', count: 3 },
];

test('aligns columns under their titles, without white space at the end', () => {
  expect(tableLines(COLUMNS, ROWS)).toEqual([
    'NAME        COUNT  NOTE',
    '<fig       >  12     from the garden',
    '<gooseberry>  3      from the garden',
  ]);
});

test('cuts text to the width of the terminal, and no colour in two', () => {
  const plain = COLUMNS.map(({ title, text }) => ({ title, text }));
  for (const width of [5, 11, 12, 20, 30]) {
    for (const line of tableLines(plain, ROWS, width)) expect(line.length).toBeLessThanOrEqual(width);
    for (const line of tableLines(COLUMNS, ROWS, width).slice(1)) expect(line).toMatch(/^<[^<>]*>[^<>]*$/);
  }
  expect(tableLines(plain, ROWS, 23)[1]).toBe('fig         12     fro…');
});

test('without rows there are the titles', () => {
  expect(tableLines(COLUMNS, [])).toEqual(['NAME  COUNT  NOTE']);
});

test('cut leaves what fits', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('abcd')]).toEqual(['abc', 'ab…', 'abcd']);
});
