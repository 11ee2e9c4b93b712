import type { Executable } from 'tau-core';
import { accepted } from '../json/accepted.js';
import type { ScheduleDefinition } from './definition.js';
import type { ScheduleEvent } from './event.js';
import { scheduleLanguage } from './language.js';
import type { ScheduleState } from './state.js';

/**
 * A schedule that is ready to be run.
 *
 * @throws TauError DEFINITION_REFUSED that lists everything that is wrong; `details.diagnostics` has it as data.
 * @example
 * ```ts
 * import { defineSchedule } from 'tau-orchestrate';
 *
 * const nightly = defineSchedule({ name: 'nightly', start: { definition: 'report' }, when: [{ cron: '0 3 * * *' }], zone: 'Europe/Berlin' });
 * ```
 */
export function defineSchedule(
  definition: ScheduleDefinition,
): Executable<ScheduleDefinition, ScheduleState, ScheduleEvent> {
  const parsed = scheduleLanguage.parse(JSON.stringify(definition, null, 2), definition.name);
  return { language: scheduleLanguage, definition: accepted(parsed, `the schedule "${definition.name}"`) };
}
