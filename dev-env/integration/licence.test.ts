import { expect, test } from 'vitest';
import { isPermissive } from './licence.ts';

test.each([
  'MIT',
  'Apache-2.0 AND BSD-3-Clause',
  '(Apache-2.0 AND BSD-3-Clause)',
  'GPL-3.0-only OR MIT',
  '(MIT OR GPL-3.0-only) AND ISC',
  'GPL-3.0-only AND BSD-2-Clause OR 0BSD',
])('%s is permissive', (expression) => {
  expect(isPermissive(expression)).toBe(true);
});

test.each([
  '',
  'GPL-3.0-only',
  'MIT AND GPL-3.0-only',
  'MIT OR',
  'OR MIT',
  '(MIT',
  'MIT)',
  'MIT MIT',
  'mit',
  'SEE LICENSE IN LICENSE.md',
  'UNLICENSED',
  'Apache-2.0 WITH LLVM-exception',
])('"%s" is not', (expression) => {
  expect(isPermissive(expression)).toBe(false);
});
