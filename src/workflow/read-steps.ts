import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import { OPEN } from '../expression/text-parts.js';
import type { StepDefinition } from './definition.js';
import { identifierProblem } from './identifier.js';
import { localPath, localPathProblem } from './local-path.js';
import { readCondition } from './read-condition.js';
import { readEntries, readTemplate } from './read-template.js';
import { readTimeout } from './read-timeout.js';
import {
  asPlainText,
  asSequence,
  type Field,
  fieldsOf,
  placeOf,
  positionOf,
  type Reading,
  withSecrets,
} from './reading.js';

/** More would make each decision about the job slow. */
export const STEPS_MAX = 1000;

const ACTION = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*\/[A-Za-z0-9_./-]+@[A-Za-z0-9_./-]+$/;

/** Reads the steps of a job (`step`) or of an action (`actionStep`). */
export function readSteps(
  reading: Reading,
  token: TemplateToken,
  section: 'step' | 'actionStep',
): readonly StepDefinition[] {
  const owner = section === 'step' ? 'a job' : 'an action';
  const sequence = asSequence(reading, token, '"steps"');
  if (sequence === undefined) return [];
  if (sequence.count === 0) reading.findings.add(positionOf(token), `${owner} needs at least one step`);
  if (sequence.count > STEPS_MAX) reading.findings.add(positionOf(token), `${owner} may have ${STEPS_MAX} steps`);
  const ids = new Set<string>();
  return [...sequence].flatMap((item) => {
    const step = isMapping(item) ? readStep(reading, item, fieldsOf(reading, section, item), ids) : undefined;
    return step === undefined ? [] : [step];
  });
}

function readStep(
  reading: Reading,
  token: TemplateToken,
  fields: ReadonlyMap<string, Field>,
  ids: Set<string>,
): StepDefinition | undefined {
  const value = (key: string): TemplateToken | undefined => fields.get(key)?.value;
  const id = readId(reading, value('id'), ids);
  const condition = value('if');
  const source = condition === undefined ? undefined : readCondition(reading, condition);
  const name = value('name');
  const inputs = value('with');
  const env = value('env');
  const timeout = value('timeout-minutes');
  const goOn = value('continue-on-error');
  const rest: StepDefinition = {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name: readTemplate(reading, name) }),
    ...(source === undefined ? {} : { if: source }),
    with: inputs === undefined ? [] : readEntries(withSecrets(reading), inputs, '"with"'),
    env: env === undefined ? [] : readEntries(withSecrets(reading), env, '"env"'),
    ...(timeout === undefined ? {} : { timeoutMinutes: readTimeout(reading, timeout) }),
    ...(goOn === undefined ? {} : { continueOnError: readTemplate(reading, goOn) }),
    ...placeOf(token),
  };
  const script = value('run');
  if (script !== undefined) return { ...rest, ...readScript(reading, script, fields) };
  const uses = value('uses');
  const action = uses === undefined ? undefined : readAction(reading, uses);
  return action === undefined ? undefined : { ...rest, uses: action };
}

function readScript(
  reading: Reading,
  script: TemplateToken,
  fields: ReadonlyMap<string, Field>,
): Pick<StepDefinition, 'run' | 'shell' | 'workingDirectory'> {
  const shell = fields.get('shell')?.value;
  const folder = fields.get('working-directory')?.value;
  const run = readTemplate(reading, script);
  if (run.kind === 'value' && String(run.value ?? '').trim() === '')
    reading.findings.add(positionOf(script), '"run" is empty: write the script, or leave the step out');
  return {
    run,
    ...(shell === undefined ? {} : { shell: readTemplate(reading, shell) }),
    ...(folder === undefined ? {} : { workingDirectory: readTemplate(reading, folder) }),
  };
}

function readId(reading: Reading, token: TemplateToken | undefined, ids: Set<string>): string | undefined {
  const id = token === undefined ? undefined : asPlainText(reading, token, 'an id');
  if (token === undefined || id === undefined) return undefined;
  const problem = identifierProblem(id);
  if (problem !== undefined) reading.findings.add(positionOf(token), problem);
  // Contexts take names in any case.
  if (ids.has(id.toLowerCase())) reading.findings.add(positionOf(token), `another step has the id "${id}"`);
  ids.add(id.toLowerCase());
  return id;
}

/** `owner/name@ref`, or `./path` or `$/path` of a composite action. GitHub's other forms run code that an extension would have to bring. */
function readAction(reading: Reading, token: TemplateToken): string | undefined {
  const uses = asPlainText(reading, token, '"uses"');
  if (uses === undefined) return undefined;
  const problem = actionProblem(uses);
  if (problem === undefined) return localPath(uses);
  // GitHub's parser says of an expression here that it knows none of its names.
  reading.findings.cover(reading.source.textOf(token)?.range);
  reading.findings.add(positionOf(token), problem);
  return undefined;
}

function actionProblem(uses: string): string | undefined {
  if (uses.includes(OPEN)) return 'an action cannot come from an expression: write owner/name@version';
  if (uses.startsWith('docker://'))
    return 'container actions are not supported: offer what it does as an action of an extension';
  if (uses.startsWith('./') || uses.startsWith('$/')) {
    const isWorkflow = /\.ya?ml$/.test(uses) && !/(?:^|\/)action\.ya?ml$/.test(uses);
    return isWorkflow
      ? `"${uses}" is a workflow: a job calls it, with "uses" in place of "steps"`
      : localPathProblem(uses);
  }
  if (uses.startsWith('.') || uses.startsWith('/'))
    return `"${uses}" is no path of an action: write it from the repository's root, e.g. ./.tau/actions/greet`;
  if (ACTION.test(uses)) return undefined;
  return `"${uses}" is no action: write owner/name@version, e.g. github/add-labels@v1`;
}
