import type { ScheduledStart } from 'tau-core';
import { plainCron } from './cron.js';
import type { WorkflowDefinition } from './definition.js';

/** The type of the event that a run has which its workflow's `schedule` starts; `data` is `{"schedule": <its cron expression>}`. */
export const SCHEDULE_EVENT = 'tau.schedule';

/** The longest name that a schedule may have. */
const NAME_CHARS_MAX = 100;

/**
 * When runs of a workflow start by themselves: one definition of the `schedule` program for each line of `on.schedule`. As at
 * GitHub each occurrence starts a run, whether or not an earlier one has ended; `concurrency` is what says otherwise.
 */
export function schedules(definition: WorkflowDefinition): readonly ScheduledStart[] {
  return (definition.schedules ?? []).map(({ cron, timezone }) => {
    const event = { type: SCHEDULE_EVENT, data: JSON.stringify({ schedule: cron }) };
    const schedule = {
      format: 1,
      name: `${cron} ${definition.name}`.slice(0, NAME_CHARS_MAX),
      start: { definition: definition.file, event },
      when: [{ cron: plainCron(cron), ...(timezone === undefined ? {} : { zone: timezone }) }],
      overlap: 'allow',
    };
    return { schedule, event };
  });
}
