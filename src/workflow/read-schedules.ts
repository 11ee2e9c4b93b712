import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isZone } from '../schedule/calendar-time.js';
import { cronProblem } from './cron.js';
import type { WorkflowDefinition } from './definition.js';
import { asPlainText, asSequence, fieldsIn, positionOf, type Reading } from './reading.js';

/** More in one file are a mistake; each is a timer of its host. */
export const SCHEDULES_MAX = 100;

type Schedule = NonNullable<WorkflowDefinition['schedules']>[number];

/** Reads `on.schedule`: a list of cron expressions, each with its time zone. */
export function readSchedules(reading: Reading, token: TemplateToken | undefined): readonly Schedule[] {
  const items = token === undefined ? undefined : asSequence(reading, token, '"schedule"');
  if (items === undefined) return [];
  if (items.count === 0) reading.findings.add(positionOf(items), '"schedule" names no time');
  if (items.count > SCHEDULES_MAX)
    reading.findings.add(positionOf(items), `a workflow may have ${SCHEDULES_MAX} schedules`);
  return [...items].flatMap((item) => {
    const fields = fieldsIn(reading, 'schedule', item);
    const cron = fields.get('cron')?.value;
    const text = cron === undefined ? undefined : asPlainText(reading, cron, '"cron"');
    if (cron === undefined || text === undefined) return [];
    const problem = cronProblem(text);
    if (problem !== undefined) reading.findings.add(positionOf(cron), problem);
    const timezone = readTimezone(reading, fields.get('timezone')?.value);
    return [{ cron: text.trim().split(/\s+/).join(' '), ...(timezone === undefined ? {} : { timezone }) }];
  });
}

function readTimezone(reading: Reading, token: TemplateToken | undefined): string | undefined {
  const zone = token === undefined ? undefined : asPlainText(reading, token, '"timezone"');
  if (token !== undefined && zone !== undefined && !isZone(zone)) {
    reading.findings.add(
      positionOf(token),
      `there is no time zone "${zone}": write one of IANA's names, e.g. Europe/Berlin`,
    );
  }
  return zone;
}
