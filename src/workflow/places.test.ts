import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from './definition.js';
import { calledBy, combinationOf, jobAt } from './places.js';
import { planOf } from './plan.js';

const base = { needs: [], env: [], outputs: [], steps: [{ uses: 'x/a@v1', with: [], env: [] }] };
const workflow = (jobs: WorkflowDefinition['jobs']): WorkflowDefinition => ({
  format: 1,
  file: 'w.yml',
  name: 'w',
  triggers: [],
  env: [],
  jobs,
});
const strategy = { matrix: { kind: 'value', value: { v: [1, 2] } } } as const;
const leaf = workflow([{ ...base, id: 'leaf' }]);

describe('places', () => {
  const plan = planOf(
    workflow([
      { ...base, id: 'plain' },
      { ...base, id: 'many', strategy },
      { ...base, id: 'calls', strategy, uses: './leaf.yml', workflow: leaf, steps: [] },
      { ...base, id: 'lacks', uses: './leaf.yml', steps: [] },
    ]),
  );

  test.each(['plain', 'many', 'many(0)', 'many(255)', 'calls(1)', 'calls(1)/leaf'])(
    '%s is one, and always the same',
    (path) => {
      expect(jobAt(plan, path)?.path).toBe(path);
      expect(jobAt(plan, path)).toBe(jobAt(plan, path));
    },
  );

  test.each([
    '',
    'other',
    'plain(0)',
    'many(00)',
    'many(256)',
    'many(-1)',
    'many(0)(0)',
    'calls/leaf',
    'plain/leaf',
    'lacks/leaf',
    '/',
    'constructor',
  ])('%j is none', (path) => {
    expect(jobAt(plan, path)).toBeUndefined();
  });

  test('know each other', () => {
    const calls = jobAt(plan, 'calls');
    if (calls === undefined) throw new Error('there is no such job');
    const second = combinationOf(calls, 1);
    expect(second.group).toBe(calls);
    expect(calledBy(second)?.jobs[0]).toBe(jobAt(plan, 'calls(1)/leaf'));
    expect(calledBy(second)?.caller).toBe(second);
  });

  test('end where workflows call themselves, which no linked definition does', () => {
    const jobs: WorkflowDefinition['jobs'][number][] = [];
    const endless = workflow(jobs);
    jobs.push({ ...base, id: 'again', uses: './w.yml', workflow: endless, steps: [] });
    const deep = Array.from({ length: 40 }, () => 'again').join('/');
    expect(jobAt(planOf(endless), deep)).toBeUndefined();
  });
});
