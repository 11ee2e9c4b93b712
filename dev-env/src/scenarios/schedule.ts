import { capability } from 'tau-core/extension';
import { flow, type Scenario, type ScenarioDefinition } from './scenario.ts';

const scheduleOf = (name: string, more: object): ScenarioDefinition => ({
  name,
  program: 'schedule',
  source: JSON.stringify({
    name,
    start: { definition: 'tick', input: { by: name } },
    when: [{ everyMs: 1_000 }],
    overlap: 'buffer-all',
    ...more,
  }),
});

const FROM = '2026-03-02T08:00:00Z';
const UNTIL = '2026-03-02T08:00:02Z';

/**
 * A schedule starts a flow at its next time, once; another one starts it for three times that are past, one after another. Only one
 * occurrence is of the real time: how late it is makes no difference.
 */
export const schedule: Scenario = {
  name: 'schedule',
  definitions: [
    flow('tick', { kind: 'task', call: 'same:schedule-tick' }),
    scheduleOf('once', { occurrencesMax: 1 }),
    scheduleOf('past', { paused: true }),
  ],
  capabilities: () => [capability('same:schedule-tick', { description: 'ticks' }, (input) => input)],
  async play(stage) {
    await stage.start('once', 'once');
    await stage.start('past', 'past');
    await stage.send('past', { op: 'backfill', from: FROM, until: UNTIL });
    await stage.settled('past', `backfill-1-${Date.parse(UNTIL)}`);
    await stage.cancel('past', 'all was made up');
    await stage.ended('past');
    await stage.ended('once');
  },
};
