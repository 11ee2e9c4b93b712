import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';

const SECTIONS = ['Purpose', 'Scope', 'Abstractions', 'Integration points', 'Roadmap'];

const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

describe.each(LIBRARIES)('the concept of %s', (library) => {
  const text = read('concepts', library, 'README.md');

  test('has its sections, in order', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(SECTIONS);
  });

  test('is reached from PROJECT.md', () => {
    expect(read('PROJECT.md')).toContain(`(concepts/${library}/README.md)`);
  });
});

test('every roadmap item that is done is shown by a command', () => {
  const done = LIBRARIES.flatMap((library) => read('concepts', library, 'README.md').match(/^- \[x\] .+$/gm) ?? []);
  expect(done.length).toBeGreaterThan(0);
  expect(done.filter((line) => !/: `(make|npm) /.test(line))).toEqual([]);
  const rows =
    read('PROJECT.md')
      .split('## What is done')[1]
      ?.split('\n## ')[0]
      ?.match(/^\| [A-Z].+\|$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !/\| `(make|npm) [^|]+\|$/.test(row))).toEqual([]);
});
