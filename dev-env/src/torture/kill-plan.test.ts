import { expect, test } from 'vitest';
import { killPlan, VICTIMS } from './kill-plan.ts';

test('a plan kills everyone as often as asked, over the whole duration, in order', () => {
  const plan = killPlan(7, 20, 60_000);
  for (const victim of VICTIMS) {
    const moments = plan.filter((kill) => kill.victim === victim).map(({ atMs }) => atMs);
    expect(moments).toHaveLength(20);
    for (const [index, atMs] of moments.entries()) {
      expect(atMs).toBeGreaterThanOrEqual(index * 3_000);
      expect(atMs).toBeLessThanOrEqual((index + 1) * 3_000);
    }
  }
  expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).sort((a, b) => a - b));
});

test('a seed is a plan, and another seed another one', () => {
  expect(killPlan(1, 5, 1_000)).toEqual(killPlan(1, 5, 1_000));
  expect(killPlan(1, 5, 1_000)).not.toEqual(killPlan(2, 5, 1_000));
});
