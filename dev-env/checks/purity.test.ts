import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';
import { lintPure } from './purity.ts';

const FIXTURE = join(ROOT, 'dev-env', 'checks', 'purity', 'fixtures', 'impure.ts');

test('the linter refuses every impure line of the fixture, and no other', async () => {
  const lines = readFileSync(FIXTURE, 'utf8').split('\n');
  const marked = lines.flatMap((line, index) => (line.includes('// impure') ? [index + 1] : []));
  const result = await lintPure([FIXTURE]);
  const reported = [...result.output.matchAll(/^::error .*?\bline=(\d+)/gm)].map(([, line]) => Number(line));
  expect(result.ok).toBe(false);
  expect([...new Set(reported)].sort((a, b) => a - b)).toEqual(marked);
});
