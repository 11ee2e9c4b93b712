import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isBoolean } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Entry } from '../expression/template-source.js';
import type { CallDefinition, JobDefinition } from './definition.js';
import { mentionsIn } from './expressions-of.js';
import type { Findings, Position } from './findings.js';
import { isSame } from './identifier.js';
import { readInputs } from './read-inputs.js';
import { readTemplate } from './read-template.js';
import { fieldsIn, namesIn, positionOf, type Reading } from './reading.js';
import { SECRET_NAME } from './secret-rules.js';

/** Reads `on.workflow_call`. */
export function readCallTrigger(reading: Reading, token: TemplateToken | undefined, place: Position): CallDefinition {
  const fields = fieldsIn(reading, 'call', token);
  const secrets = namesIn(reading, fields.get('secrets')?.value).map(({ name, key, value }) => {
    const required = fieldsIn(reading, 'callSecret', value).get('required')?.value;
    if (!SECRET_NAME.test(name))
      reading.findings.add(positionOf(key), `"${name}" is no name of a secret: write letters, digits, "_" and "-"`);
    return { name, required: required !== undefined && isBoolean(required) && required.value };
  });
  const outputs = namesIn(reading, fields.get('outputs')?.value).flatMap(({ name, value }): readonly Entry[] => {
    const output = fieldsIn(reading, 'callOutput', value).get('value')?.value;
    return output === undefined ? [] : [{ name, value: readTemplate(reading, output) }];
  });
  const inputs = readInputs(reading, fields.get('inputs')?.value, 'callInput');
  return { inputs, secrets, outputs, line: place.line, column: place.column };
}

/** Reports outputs of jobs that a workflow's own outputs look at and that are not there. */
export function checkCallOutputs(call: CallDefinition, jobs: readonly JobDefinition[], findings: Findings): void {
  for (const { value } of call.outputs) {
    for (const { names, source } of mentionsIn(value)) {
      const [context, id, part, output] = names;
      if (context !== 'jobs' || id === undefined) continue;
      const job = jobs.find((one) => isSame(one.id, id));
      if (job === undefined) findings.add(source, `there is no job "${id}"; there are ${idsOf(jobs)}`);
      else if (part !== undefined && isSame(part, 'outputs') && output !== undefined && lacksOutput(job, output))
        findings.add(source, `the job "${job.id}" has no output "${output}": name it in its "outputs"`);
    }
  }
}

/** Those of a called workflow are checked when it is linked. A job without steps calls one, or is refused for having none. */
function lacksOutput(job: JobDefinition, output: string): boolean {
  return job.steps.length > 0 && !job.outputs.some(({ name }) => isSame(name, output));
}

function idsOf(jobs: readonly JobDefinition[]): string {
  return jobs
    .map(({ id }) => id)
    .slice(0, 20)
    .join(', ');
}
