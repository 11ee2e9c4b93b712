import { describe, expect, test } from 'vitest';
import { GLOB_CHARS_MAX, globsTake, parseGlob } from './glob.js';

function globs(...patterns: readonly string[]) {
  return patterns.map((pattern) => {
    const parsed = parseGlob(pattern);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.glob;
  });
}

const takes = (pattern: string, text: string): boolean => globsTake(globs(pattern), text);

// The examples of GitHub's cheat sheet, and what they leave out.
describe('patterns of branches and tags', () => {
  test.each([
    ['feature/*', ['feature/my-branch', 'feature/'], ['feature/a/b', 'feature', 'features/x']],
    ['feature/**', ['feature/beta-a/my-branch', 'feature/mona/the/octocat'], ['feature']],
    ['main', ['main'], ['mains', 'main/x', 'Main']],
    ['releases/mona-the-octocat', ['releases/mona-the-octocat'], ['releases/mona']],
    ['*', ['main', 'releases', ''], ['all/the/branches']],
    ['**', ['main', 'all/the/branches', ''], []],
    ['*feature', ['mona-feature', 'feature', 'ver-10-feature'], ['a/feature', 'feature-1']],
    ['v2*', ['v2', 'v2.0', 'v2.9'], ['v1', 'v2/x']],
    ['v[12].[0-9]+.[0-9]+', ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1..1', 'v1.a.1']],
  ])('%s', (pattern, taken, left) => {
    expect(taken.filter((text) => !takes(pattern, text))).toEqual([]);
    expect(left.filter((text) => takes(pattern, text))).toEqual([]);
  });
});

describe('patterns of paths', () => {
  test.each([
    ['*', ['README.md', 'server.rb'], ['docs/a']],
    ['*.jsx?', ['page.js', 'page.jsx'], ['page.jsxx', 'a/page.js']],
    ['**', ['all/the/files.md'], []],
    ['*.js', ['app.js', 'index.js'], ['js/app.js']],
    ['**.js', ['index.js', 'js/index.js', 'src/js/app.js'], ['index.jsx']],
    ['docs/*', ['docs/README.md', 'docs/file.txt'], ['docs/a/b.txt']],
    ['docs/**', ['docs/README.md', 'docs/mona/octocat.txt'], ['doc/x']],
    [
      'docs/**/*.md',
      ['docs/README.md', 'docs/mona/hello-world.md', 'docs/a/markdown/file.md'],
      ['docs/x.txt', 'docsx.md'],
    ],
    ['**/docs/**', ['docs/hello.md', 'dir/docs/my-file.txt', 'space/docs/plan/space.doc'], ['mydocs/x']],
    ['**/README.md', ['README.md', 'js/README.md'], ['MYREADME.md']],
    ['**/*src/**', ['a/src/app.js', 'my-src/code/js/app.js'], ['src']],
    ['**/*-post.md', ['my-post.md', 'path/their-post.md'], ['post.md']],
    ['**/migrate-*.sql', ['migrate-10909.sql', 'db/migrate-v1.0.sql', 'db/sept/migrate-v1.sql'], ['db/migrate.sql']],
    ['a/**/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/bc']],
  ])('%s', (pattern, taken, left) => {
    expect(taken.filter((text) => !takes(pattern, text))).toEqual([]);
    expect(left.filter((text) => takes(pattern, text))).toEqual([]);
  });
});

describe('the other characters', () => {
  test.each([
    ['[CB]at', ['Cat', 'Bat'], ['at', 'Rat']],
    ['[1-2]00', ['100', '200'], ['300']],
    ['[0-9a-z]', ['5', 'm'], ['M', '-', '55']],
    ['[a-]', ['a', '-'], ['b']],
    ['a+b', ['ab', 'aaab'], ['b']],
    ['a\\+b', ['a+b'], ['ab', 'aab']],
    ['\\*', ['*'], ['x']],
    ['\\!x', ['!x'], ['x']],
    ['x!', ['x!'], ['x']],
    ['[ab]?c', ['c', 'ac', 'bc'], ['abc']],
    ['a.c', ['a.c'], ['abc']],
    ['😀?x', ['x', '😀x'], ['\ud83dx']],
  ])('%s', (pattern, taken, left) => {
    expect(taken.filter((text) => !takes(pattern, text))).toEqual([]);
    expect(left.filter((text) => takes(pattern, text))).toEqual([]);
  });
});

describe('a list of patterns', () => {
  test('the last one that matches decides', () => {
    const list = globs('*.md', '!README.md', 'README*');
    expect(['hello.md', 'README.md', 'README.doc'].every((text) => globsTake(list, text))).toBe(true);
    const without = globs('*.md', '!README.md');
    expect(globsTake(without, 'hello.md')).toBe(true);
    expect(globsTake(without, 'README.md')).toBe(false);
    expect(globsTake(globs('!README.md', '*.md'), 'README.md')).toBe(true);
  });
});

describe('what is no pattern', () => {
  test.each([
    ['', 'a pattern is empty'],
    ['!', 'a pattern is empty'],
    ['+a', 'a pattern starts with "+", and "+" repeats the character before it: write "\\+" for the character itself'],
    ['*?', '"?" repeats the character before it: write "\\?" for the character itself'],
    ['a?+', '"+" repeats the character before it: write "\\+" for the character itself'],
    ['[a', 'a pattern has "[" without "]": write "\\[" for the character itself'],
    ['[]', 'a pattern has "[]", which matches nothing'],
    ['[z-a]', '"z-a" is no range: write a-z, A-Z or 0-9, or a part of one'],
    ['[A-z]', '"A-z" is no range: write a-z, A-Z or 0-9, or a part of one'],
    ['a\\', 'a pattern ends in "\\": write "\\\\" for the character itself'],
    ['x'.repeat(GLOB_CHARS_MAX + 1), `a pattern may have ${GLOB_CHARS_MAX} characters`],
  ])('%j', (pattern, problem) => {
    expect(parseGlob(pattern)).toEqual({ ok: false, problem });
  });
});

test('no pattern is slow, whatever it is matched with', () => {
  const hard = globs('**a'.repeat(300), `${'a?'.repeat(500)}b`, `**/${'*a*/'.repeat(200)}b`);
  const started = performance.now();
  for (const glob of hard) expect(glob.matches(`${'a'.repeat(2_000)}c`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
