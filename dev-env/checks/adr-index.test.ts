import { expect, test } from 'vitest';
import { indexProblems, titleOf } from './adr-index.ts';

const DECISIONS = [
  { path: 'docs/adr/0001-pins.md', title: 'Pins' },
  { path: 'tau-core/docs/adr/0001-time.md', title: 'Time' },
];

test('an index with every decision is well', () => {
  expect(indexProblems('- [Pins](0001-pins.md)\n- [Time](../../tau-core/docs/adr/0001-time.md)\n', DECISIONS)).toEqual(
    [],
  );
});

test('a decision that is missing or was renamed is shown as the line that the index needs', () => {
  expect(indexProblems('- [Needles](0001-pins.md)\n', DECISIONS)).toEqual([
    'docs/adr/README.md needs the line: - [Pins](0001-pins.md)',
    'docs/adr/README.md needs the line: - [Time](../../tau-core/docs/adr/0001-time.md)',
  ]);
});

test('a line that leads to no decision is named', () => {
  expect(indexProblems('- [Gone](0009-gone.md)\n', [])).toEqual([
    'docs/adr/README.md: docs/adr/0009-gone.md is no decision',
  ]);
});

test('a title has no number, however it is written', () => {
  for (const heading of ['# 1. Two: parts', '# 0001: Two: parts', '# ADR 1: Two: parts', '# Two: parts']) {
    expect(titleOf(`${heading}\n\n## Context\n`)).toBe('Two: parts');
  }
});
