import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';

test('the glossary has each word once, in the order of the alphabet, with a meaning', () => {
  const text = readFileSync(join(ROOT, 'GLOSSARY.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (.+?) \| (.+) \|$/gm)].slice(2);
  const words = rows.map(([, word = '']) => word.toLowerCase());
  expect(words.length).toBeGreaterThan(50);
  expect(words).toEqual([...new Set(words)].sort());
});
