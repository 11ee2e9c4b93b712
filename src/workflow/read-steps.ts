import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { StepDefinition } from './definition.js';
import { identifierProblem } from './identifier.js';
import { readCondition } from './read-condition.js';
import { readEntries, readTemplate } from './read-template.js';
import { readTimeout } from './read-timeout.js';
import { asPlainText, asSequence, type Field, fieldsOf, positionOf, type Reading } from './reading.js';
import { OPEN } from './text-parts.js';

/** More would make each decision about the job slow. */
export const STEPS_MAX = 1000;

const ACTION = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_./-]+@[A-Za-z0-9_./-]+$/;

/** Reads the steps of a job. */
export function readSteps(reading: Reading, token: TemplateToken): readonly StepDefinition[] {
  const sequence = asSequence(reading, token, '"steps"');
  if (sequence === undefined) return [];
  if (sequence.count === 0) reading.findings.add(positionOf(token), 'a job needs at least one step');
  if (sequence.count > STEPS_MAX) reading.findings.add(positionOf(token), `a job may have ${STEPS_MAX} steps`);
  const ids = new Set<string>();
  return [...sequence].flatMap((item) => {
    const step = isMapping(item) ? readStep(reading, fieldsOf(reading, 'step', item), ids) : undefined;
    return step === undefined ? [] : [step];
  });
}

function readStep(reading: Reading, fields: ReadonlyMap<string, Field>, ids: Set<string>): StepDefinition | undefined {
  const value = (key: string): TemplateToken | undefined => fields.get(key)?.value;
  const id = readId(reading, value('id'), ids);
  const condition = value('if');
  const source = condition === undefined ? undefined : readCondition(reading, condition);
  const name = value('name');
  const inputs = value('with');
  const env = value('env');
  const timeout = value('timeout-minutes');
  const goOn = value('continue-on-error');
  const uses = value('uses');
  const rest: Omit<StepDefinition, 'uses'> = {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name: readTemplate(reading, name) }),
    ...(source === undefined ? {} : { if: source }),
    with: inputs === undefined ? [] : readEntries(reading, inputs, '"with"'),
    env: env === undefined ? [] : readEntries(reading, env, '"env"'),
    ...(timeout === undefined ? {} : { timeoutMinutes: readTimeout(reading, timeout) }),
    ...(goOn === undefined ? {} : { continueOnError: readTemplate(reading, goOn) }),
  };
  const action = uses === undefined ? undefined : readAction(reading, uses);
  return action === undefined ? undefined : { ...rest, uses: action };
}

function readId(reading: Reading, token: TemplateToken | undefined, ids: Set<string>): string | undefined {
  const id = token === undefined ? undefined : asPlainText(reading, token, 'an id');
  if (token === undefined || id === undefined) return undefined;
  const problem = identifierProblem(id);
  if (problem !== undefined) reading.findings.add(positionOf(token), problem);
  // Contexts take names in any case.
  if (ids.has(id.toLowerCase())) reading.findings.add(positionOf(token), `another step of this job has the id "${id}"`);
  ids.add(id.toLowerCase());
  return id;
}

/** `owner/name@ref`. GitHub's other forms run code that an extension would have to bring. */
function readAction(reading: Reading, token: TemplateToken): string | undefined {
  const uses = asPlainText(reading, token, '"uses"');
  if (uses === undefined || ACTION.test(uses)) return uses;
  const problem = actionProblem(uses);
  // GitHub's parser says of an expression here that it knows none of its names.
  reading.findings.cover(reading.source.textOf(token)?.range);
  reading.findings.add(positionOf(token), problem);
  return undefined;
}

function actionProblem(uses: string): string {
  if (uses.includes(OPEN)) return 'an action cannot come from an expression: write owner/name@version';
  const instead = 'offer what it does as an action of an extension';
  if (uses.startsWith('docker://')) return `container actions are not supported: ${instead}`;
  if (/^[./]/.test(uses)) return `actions in files are not supported: ${instead}`;
  return `"${uses}" is no action: write owner/name@version, e.g. github/add-labels@v1`;
}
