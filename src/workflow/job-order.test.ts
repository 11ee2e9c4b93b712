import { describe, expect, test } from 'vitest';
import { Findings } from './findings.js';
import { checkJobOrder } from './job-order.js';

/** Problems of jobs written as `a: b c`; the position's line is the job's place, its column the need's. */
function problemsOf(...jobs: readonly string[]): readonly string[] {
  const findings = new Findings('w.yml');
  const needs = jobs.map((job, line) => {
    const [id = '', rest = ''] = job.split(':');
    const ids = rest.trim() === '' ? [] : rest.trim().split(' ');
    return { id, needs: ids.map((need, column) => ({ id: need, position: { line: line + 1, column: column + 1 } })) };
  });
  checkJobOrder(needs, findings);
  return findings.list().map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('checkJobOrder', () => {
  test('takes any order without cycles', () => {
    expect(problemsOf('d: b c', 'b: a', 'c: a', 'a:')).toEqual([]);
  });

  test('names jobs that are not there', () => {
    expect(problemsOf('a:', 'b: a x')).toEqual(['2:2 there is no job "x"; there are a, b']);
  });

  test('names the jobs of a cycle, and not those before or behind it', () => {
    expect(problemsOf('before:', 'a: before c', 'b: a', 'c: b', 'behind: c')).toEqual([
      '2:2 "a" waits for itself, by way of "c"',
      '3:1 "b" waits for itself, by way of "a"',
      '4:1 "c" waits for itself, by way of "b"',
    ]);
    expect(problemsOf('a: a')).toEqual(['1:1 "a" waits for itself, by way of "a"']);
  });
});
