import { expect, test } from 'vitest';
import { fences } from './documents.ts';
import { anchor, linkProblems } from './links.ts';

const TEXT = ['# Head', '```ts', 'const a = 1;', '```', '- item', '  ~~~sh', '  ls', '  ~~~'].join('\n');

test('fences are found with their language and line', () => {
  expect(fences(TEXT)).toEqual([
    { language: 'ts', line: 3, code: 'const a = 1;' },
    { language: 'sh', line: 7, code: 'ls' },
  ]);
});

test('an anchor is what GitHub makes of a heading', () => {
  expect(anchor('What `tau` is, and is *not*')).toBe('what-tau-is-and-is-not');
});

test('links that lead nowhere are told; code and the web are left alone', () => {
  const text = '# One\n[a](../README.md) [b](missing.md) [c](#one) [d](#two) [e](https://example.com) `[f](no.md)`';
  expect(linkProblems({ path: 'dev-env/sample.md', home: 'dev-env', text })).toEqual([
    'dev-env/sample.md: "missing.md" leads nowhere',
    'dev-env/sample.md: "#two" names no heading',
  ]);
});
