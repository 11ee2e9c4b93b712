import { describe, expect, test } from 'vitest';
import { parseWorkflow } from './parse.js';
import { planOf } from './plan.js';

function parsed(source: string) {
  const result = parseWorkflow(source, 'w.yml');
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.definition;
}

const steps = 'steps: [{ uses: x/a@v1 }]';

describe('planOf', () => {
  test('is made once for each definition object', () => {
    const definition = parsed(`on: push\njobs: { a: { ${steps} } }`);
    expect(planOf(definition)).toBe(planOf(definition));
    expect(planOf(structuredClone(definition))).not.toBe(planOf(definition));
  });

  test('knows who waits for whom, directly and further', () => {
    const source = ['d: [c, b]', 'c: [b]', 'b: [a]', 'a: []'].map((job) => {
      const [id, needs] = job.split(': ');
      return `  ${id}: { needs: ${needs}, ${steps} }`;
    });
    const { jobs, roots } = planOf(parsed(`on: push\njobs:\n${source.join('\n')}`));
    const names = (indexes: readonly number[]): string =>
      indexes
        .map((index) => jobs[index]?.id)
        .sort()
        .join('');
    expect(
      jobs.map(({ id, needs, ancestors, dependents }) => [id, names(needs), names(ancestors), names(dependents)]),
    ).toEqual([
      ['d', 'bc', 'abc', ''],
      ['c', 'b', 'ab', 'd'],
      ['b', 'a', 'a', 'cd'],
      ['a', '', '', 'b'],
    ]);
    expect(names(roots)).toBe('a');
  });

  test('of the largest workflow that is accepted is made quickly enough to be made in a decision', () => {
    const ids = Array.from({ length: 256 }, (_, index) => `j${index}`);
    const jobs = ids.map((id, index) => `  ${id}: { needs: [${ids.slice(0, index).join(',')}], ${steps} }`);
    const { jobs: planned } = planOf(parsed(`on: push\njobs:\n${jobs.join('\n')}`));
    expect(planned.at(-1)?.ancestors).toHaveLength(255);
  });
});
