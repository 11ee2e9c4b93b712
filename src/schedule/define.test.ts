import { TauError } from 'tau-core';
import { expect, test } from 'vitest';
import { defineHub } from '../hub/define-hub.js';
import { defineSchedule } from './define-schedule.js';

function refusal(define: () => unknown): TauError {
  try {
    define();
  } catch (thrown) {
    if (thrown instanceof TauError) return thrown;
  }
  throw new Error('it was not refused');
}

test('schedules and hubs that are right are ready to be run', () => {
  const nightly = defineSchedule({ name: 'nightly', start: { definition: 'report' }, when: [{ cron: '0 3 * * *' }] });
  expect([nightly.language.program.kind, nightly.definition.format]).toEqual(['schedule', 1]);
  const team = defineHub({ name: 'team', agents: [{ name: 'planner' }] });
  expect([team.language.program.kind, team.definition.name]).toEqual(['hub', 'team']);
});

test('those that are wrong are refused with every place', () => {
  const schedule = refusal(() =>
    defineSchedule({ name: 'nightly', start: { definition: 'report' }, when: [{ cron: '99 3 * * *' }], jitterMs: -1 }),
  );
  expect(schedule.data.id).toBe('TAU-4005');
  expect(schedule.message).toMatch(/the schedule "nightly" is refused:\n[\s\S]*when\[0\]\.cron[\s\S]*jitterMs/);
  const hub = refusal(() => defineHub({ name: 'team', agents: [{ name: 'a' }, { name: 'a' }] }));
  expect(hub.message).toMatch(/the hub "team" is refused:\n.*agents\[1\]/);
});
