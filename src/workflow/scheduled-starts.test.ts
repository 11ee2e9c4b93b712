import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../schedule/parse.js';
import { parseWorkflow } from './parse.js';
import { schedules } from './scheduled-starts.js';

function startsOf(schedule: string) {
  const parsed = parseWorkflow(`name: N\non: { schedule: ${schedule} }\njobs: { a: { steps: [{ run: x }] } }`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return schedules(parsed.definition);
}

describe('schedules of a workflow', () => {
  test('are definitions of the schedule program, one a line', () => {
    expect(startsOf("[{ cron: '0 3 * * *' }, { cron: '0 3 * * 1', timezone: Europe/Berlin }]")).toEqual([
      {
        schedule: {
          format: 1,
          name: '0 3 * * * N',
          start: { definition: 'w.yml', event: { type: 'tau.schedule', data: '{"schedule":"0 3 * * *"}' } },
          when: [{ cron: '0 3 * * *' }],
          overlap: 'allow',
        },
        event: { type: 'tau.schedule', data: '{"schedule":"0 3 * * *"}' },
      },
      {
        schedule: {
          format: 1,
          name: '0 3 * * 1 N',
          start: { definition: 'w.yml', event: { type: 'tau.schedule', data: '{"schedule":"0 3 * * 1"}' } },
          when: [{ cron: '0 3 * * 1', zone: 'Europe/Berlin' }],
          overlap: 'allow',
        },
        event: { type: 'tau.schedule', data: '{"schedule":"0 3 * * 1"}' },
      },
    ]);
  });

  // What is taken here must be taken there.
  test.each([
    '* * * * *',
    '*/15 0-6 1,15 JAN-JUN mon',
    '20/15 * * * *',
    '0 0 29 2 *',
    '0 0 30 2 MON',
    '0 0 31 */2 SUN-WED/2',
  ])('%s is taken by the schedule program', (cron) => {
    for (const zone of ['', ', timezone: UTC', ', timezone: America/Los_Angeles', ', timezone: Asia/Kolkata']) {
      const [start] = startsOf(`[{ cron: '${cron}'${zone} }]`);
      const parsed = parseSchedule(JSON.stringify(start?.schedule), 'w.yml');
      expect(parsed.ok ? [] : parsed.diagnostics).toEqual([]);
    }
  });

  test('are none where none are written', () => {
    const parsed = parseWorkflow('on: push\njobs: { a: { steps: [{ run: x }] } }', 'w.yml');
    expect(parsed.ok && schedules(parsed.definition)).toEqual([]);
  });
});
