import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Concurrency } from './definition.js';
import { readTemplate } from './read-template.js';
import { asPlainText, fieldsOf, positionOf, type Reading } from './reading.js';

/** Reads `concurrency` of a workflow or a job in its two forms: a group's name, or a mapping. */
export function readConcurrency(reading: Reading, token: TemplateToken): Concurrency | undefined {
  if (!isMapping(token)) return { group: readGroup(reading, token) };
  const fields = fieldsOf(reading, 'concurrency', token);
  const group = fields.get('group')?.value;
  const cancel = fields.get('cancel-in-progress')?.value;
  const queue = fields.get('queue');
  const isLong = queue !== undefined && asPlainText(reading, queue.value, '"queue"') === 'max';
  if (group === undefined) return undefined;
  const cancelInProgress = cancel === undefined ? undefined : readTemplate(reading, cancel);
  if (isLong && cancelInProgress?.kind === 'value' && cancelInProgress.value === true) {
    const advice = 'nothing waits behind what is cancelled: leave one of them out';
    reading.findings.add(
      positionOf(queue.key),
      `"queue: max" and "cancel-in-progress: true" exclude each other: ${advice}`,
    );
  }
  return {
    group: readGroup(reading, group),
    ...(cancelInProgress === undefined ? {} : { cancelInProgress }),
    ...(isLong ? { queue: 'max' } : {}),
  };
}

function readGroup(reading: Reading, token: TemplateToken): Concurrency['group'] {
  const group = readTemplate(reading, token);
  if (group.kind === 'value' && String(group.value ?? '').trim() === '')
    reading.findings.add(positionOf(token), '"concurrency" names no group: write its name, or leave it out');
  return group;
}
