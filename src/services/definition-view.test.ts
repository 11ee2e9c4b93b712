import type { Json, ScheduledStart } from 'tau-core';
import { flowLanguage, workflowLanguage } from 'tau-orchestrate';
import { expect, test } from 'vitest';
import { type HostedLanguage, hosted } from '../machines/region/programs.js';
import { definitionView } from './definition-view.js';

function viewOf(language: HostedLanguage, source: string) {
  const parsed = language.parse(source, 'd');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const { definition } = parsed;
  return definitionView({ name: 'd', program: language.program.kind, version: 'v', definition }, language);
}

test('all that starts a workflow is told', () => {
  const times = "schedule: [{ cron: '0 3 * * *', timezone: Europe/Berlin }, { cron: '30 1 * * 1' }]";
  const source = `on: { push: , ${times} }\njobs: { a: { steps: [{ uses: x/a@v1 }] } }`;
  const starters = () => ({ hand: false, call: true });
  expect(viewOf({ ...hosted(workflowLanguage), starters }, source)).toEqual({
    name: 'd',
    program: 'workflow',
    version: 'v',
    triggers: ['github.push'],
    times: [
      { rule: { $case: 'cron', value: '0 3 * * *' }, zone: 'Europe/Berlin' },
      { rule: { $case: 'cron', value: '30 1 * * 1' }, zone: 'UTC' },
    ],
    byHand: false,
    byCall: true,
  });
});

test('one whose language does not say who else starts it is started by clients and by runs', () => {
  const source = JSON.stringify({ format: 1, name: 'd', root: { kind: 'pass' } });
  expect(viewOf(hosted(flowLanguage), source)).toMatchObject({ triggers: [], times: [], byHand: true, byCall: true });
});

test('rules of time of any language, its zone for those that name none; what is no rule is left out', () => {
  const rules: Json = [{ cron: '@daily' }, { everyMs: 5_000 }, { at: '2026-03-01T09:00:00Z' }, 'never', {}];
  const schedules = (): readonly ScheduledStart[] => [
    { schedule: { when: rules, zone: 'Asia/Tokyo' }, event: { type: 't', data: '' } },
    { schedule: {}, event: { type: 't', data: '' } },
  ];
  const language = { ...hosted(flowLanguage), triggers: () => [], schedules };
  const bound = { name: 'd', program: 'flow', version: 'v', definition: null };
  expect(definitionView(bound, language).times).toEqual([
    { rule: { $case: 'cron', value: '@daily' }, zone: 'Asia/Tokyo' },
    { rule: { $case: 'everyMs', value: 5_000 }, zone: '' },
    { rule: { $case: 'at', value: '2026-03-01T09:00:00Z' }, zone: '' },
  ]);
});
