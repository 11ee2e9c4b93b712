import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Parsed } from 'tau-core';
import type { WorkflowDefinition } from './definition.js';
import { Findings } from './findings.js';
import { readJobs } from './read-jobs.js';
import { readEntries } from './read-template.js';
import { readTriggers } from './read-triggers.js';
import { asPlainText, fieldsOf, type Reading } from './reading.js';
import { readSource } from './source.js';

/**
 * Reads a workflow's YAML. Pure, and total: whatever the text, the answer is a definition or at least one diagnostic
 * (at most `DIAGNOSTICS_MAX`, sorted by position).
 */
export function parseWorkflow(source: string, file: string): Parsed<WorkflowDefinition> {
  const findings = new Findings(file);
  const definition = readOrFind(source, file, findings);
  const diagnostics = findings.list();
  if (definition !== undefined && diagnostics.length === 0) return { ok: true, definition };
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: false, diagnostics: [{ file, line: 1, column: 1, message: 'a workflow has "on" and "jobs"' }] };
}

/** GitHub's parser throws at some texts, and very deep ones exhaust the stack: that is a finding like any other. */
function readOrFind(source: string, file: string, findings: Findings): WorkflowDefinition | undefined {
  try {
    return readDefinition({ source: readSource(source, file, findings), findings }, file);
  } catch (thrown) {
    findings.add(undefined, `this cannot be read as a workflow: ${thrown instanceof Error ? thrown.message : thrown}`);
    return undefined;
  }
}

/** The definition as far as it can be told; whether it is one is for the findings to say. */
function readDefinition(reading: Reading, file: string): WorkflowDefinition | undefined {
  const { root } = reading.source;
  if (root === undefined || !isMapping(root)) return undefined;
  const fields = fieldsOf(reading, 'workflow', root);
  const on = fields.get('on')?.value;
  const jobs = fields.get('jobs')?.value;
  const env = fields.get('env')?.value;
  const nameToken = fields.get('name')?.value;
  const name = nameToken === undefined ? undefined : asPlainText(reading, nameToken, '"name"');
  const triggers = on === undefined ? undefined : readTriggers(reading, on);
  const read: Omit<WorkflowDefinition, 'triggers'> = {
    format: 1,
    file,
    name: name === undefined || name === '' ? file : name,
    ...(triggers?.dispatch === undefined ? {} : { dispatch: triggers.dispatch }),
    env: env === undefined ? [] : readEntries(reading, env, '"env"'),
    jobs: jobs === undefined ? [] : readJobs(reading, jobs),
  };
  return triggers === undefined || jobs === undefined ? undefined : { ...read, triggers: triggers.types };
}
