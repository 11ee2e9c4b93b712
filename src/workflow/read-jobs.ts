import type { MappingToken, ScalarToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { JobDefinition } from './definition.js';
import { identifierProblem } from './identifier.js';
import { checkJobOrder, type JobNeeds } from './job-order.js';
import { readCall } from './read-called-job.js';
import { readConcurrency } from './read-concurrency.js';
import { readCondition } from './read-condition.js';
import { readDefaults } from './read-defaults.js';
import { readPermissions } from './read-permissions.js';
import { readSteps } from './read-steps.js';
import { readStrategy } from './read-strategy.js';
import { readEntries, readTemplate } from './read-template.js';
import { readTimeout } from './read-timeout.js';
import {
  asMapping,
  asTexts,
  type Field,
  fieldsOf,
  keyText,
  placeOf,
  positionOf,
  type Reading,
  withSecrets,
} from './reading.js';

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
  // Ids are the same in any case.
  const ids = new Map([...mapping].map(({ key }) => [key.toString().toLowerCase(), key.toString()]));
  for (const { key, value } of mapping) {
    const id = keyText(reading, key);
    if (id === undefined || !isMapping(value)) continue;
    const problem = identifierProblem(id);
    if (problem !== undefined) reading.findings.add(positionOf(key), problem);
    const fields = fieldsOf(reading, callsWorkflow(value) ? 'calledJob' : 'job', value);
    const needs = fields.get('needs');
    const wanted = (needs === undefined ? [] : asTexts(reading, needs.value, '"needs"')).map(([need, item]) => ({
      id: ids.get(need.toLowerCase()) ?? need,
      position: positionOf(item),
    }));
    order.push({ id, needs: wanted });
    jobs.push(readJob(reading, key, fields, [...new Set(wanted.map((need) => need.id))]));
  }
  checkJobOrder(order, reading.findings);
  return jobs;
}

function callsWorkflow(job: MappingToken): boolean {
  return [...job].some(({ key }) => key.toString() === 'uses');
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
  const steps = value('steps');
  if (steps === undefined && !fields.has('uses')) reading.findings.add(positionOf(key), 'a job needs steps');
  return {
    id: key.toString(),
    ...(name === undefined ? {} : { name: readTemplate(reading, name) }),
    needs,
    ...(source === undefined ? {} : { if: source }),
    env: env === undefined ? [] : readEntries(withSecrets(reading), env, '"env"'),
    outputs: outputs === undefined ? [] : readEntries(reading, outputs, '"outputs"'),
    ...readLimits(reading, fields),
    ...(fields.has('uses') ? readCall(reading, fields) : {}),
    steps: steps === undefined ? [] : readSteps(reading, steps, 'step'),
    ...placeOf(key),
  };
}

/** What bounds a job, and how often it runs. */
function readLimits(reading: Reading, fields: ReadonlyMap<string, Field>): Partial<JobDefinition> {
  const value = (name: string): TemplateToken | undefined => fields.get(name)?.value;
  const timeout = value('timeout-minutes');
  const goOn = value('continue-on-error');
  const strategyToken = value('strategy');
  const strategy = strategyToken === undefined ? undefined : readStrategy(reading, strategyToken);
  const concurrencyToken = value('concurrency');
  const concurrency = concurrencyToken === undefined ? undefined : readConcurrency(reading, concurrencyToken);
  const permissionsToken = value('permissions');
  const permissions = permissionsToken === undefined ? undefined : readPermissions(reading, permissionsToken);
  const defaultsToken = value('defaults');
  const defaults = defaultsToken === undefined ? undefined : readDefaults(reading, defaultsToken);
  return {
    ...(timeout === undefined ? {} : { timeoutMinutes: readTimeout(reading, timeout) }),
    ...(goOn === undefined ? {} : { continueOnError: readTemplate(reading, goOn) }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(defaults === undefined ? {} : { defaults }),
  };
}
