import type { ScalarToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { JobDefinition } from './definition.js';
import { identifierProblem } from './identifier.js';
import { checkJobOrder, type JobNeeds } from './job-order.js';
import { readCondition } from './read-condition.js';
import { readSteps } from './read-steps.js';
import { readEntries, readTemplate } from './read-template.js';
import { readTimeout } from './read-timeout.js';
import { asMapping, asTexts, type Field, fieldsOf, keyText, positionOf, type Reading } from './reading.js';

/** GitHub's limit for the jobs of a run. Every job is looked at when one ends, so that more would make that slow. */
export const JOBS_MAX = 256;

/** Reads `jobs`, and checks that their `needs` can be met. */
export function readJobs(reading: Reading, token: TemplateToken): readonly JobDefinition[] {
  const mapping = asMapping(reading, token, '"jobs"');
  if (mapping === undefined) return [];
  if (mapping.count === 0) reading.findings.add(positionOf(token), 'a workflow needs at least one job');
  if (mapping.count > JOBS_MAX) reading.findings.add(positionOf(token), `a workflow may have ${JOBS_MAX} jobs`);
  const jobs: JobDefinition[] = [];
  const order: JobNeeds[] = [];
  for (const { key, value } of mapping) {
    const id = keyText(reading, key);
    if (id === undefined || !isMapping(value)) continue;
    const problem = identifierProblem(id);
    if (problem !== undefined) reading.findings.add(positionOf(key), problem);
    const fields = fieldsOf(reading, 'job', value);
    const needs = fields.get('needs');
    const wanted = needs === undefined ? [] : asTexts(reading, needs.value, '"needs"');
    order.push({ id, needs: wanted.map(([need, item]) => ({ id: need, position: positionOf(item) })) });
    jobs.push(readJob(reading, key, fields, [...new Set(wanted.map(([need]) => need))]));
  }
  checkJobOrder(order, reading.findings);
  return jobs;
}

function readJob(
  reading: Reading,
  key: ScalarToken,
  fields: ReadonlyMap<string, Field>,
  needs: readonly string[],
): JobDefinition {
  const value = (name: string): TemplateToken | undefined => fields.get(name)?.value;
  const condition = value('if');
  const source = condition === undefined ? undefined : readCondition(reading, condition);
  const name = value('name');
  const env = value('env');
  const outputs = value('outputs');
  const timeout = value('timeout-minutes');
  const goOn = value('continue-on-error');
  const steps = value('steps');
  if (steps === undefined) reading.findings.add(positionOf(key), 'a job needs steps');
  return {
    id: key.toString(),
    ...(name === undefined ? {} : { name: readTemplate(reading, name) }),
    needs,
    ...(source === undefined ? {} : { if: source }),
    env: env === undefined ? [] : readEntries(reading, env, '"env"'),
    outputs: outputs === undefined ? [] : readEntries(reading, outputs, '"outputs"'),
    ...(timeout === undefined ? {} : { timeoutMinutes: readTimeout(reading, timeout) }),
    ...(goOn === undefined ? {} : { continueOnError: readTemplate(reading, goOn) }),
    steps: steps === undefined ? [] : readSteps(reading, steps),
  };
}
