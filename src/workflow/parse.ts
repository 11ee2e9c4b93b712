import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Parsed } from 'tau-core';
import type { WorkflowDefinition } from './definition.js';
import { Findings } from './findings.js';
import { isActionFile } from './local-path.js';
import { clearMessage } from './parser-message.js';
import { readAction } from './read-action.js';
import { checkCallOutputs } from './read-call.js';
import { readConcurrency } from './read-concurrency.js';
import { readDefaults } from './read-defaults.js';
import { readJobs } from './read-jobs.js';
import { readPermissions } from './read-permissions.js';
import { readEntries, readTemplate } from './read-template.js';
import { readTriggers } from './read-triggers.js';
import { asPlainText, fieldsOf, type Reading, withSecrets } from './reading.js';
import { readSource } from './source.js';

/**
 * Reads a workflow's YAML, or that of a composite action where the file is named `action.yml` or `action.yaml`. Pure, and
 * total: whatever the text, the answer is a definition or at least one diagnostic (at most `DIAGNOSTICS_MAX`, sorted by
 * position).
 */
export function parseWorkflow(source: string, file: string): Parsed<WorkflowDefinition> {
  const findings = new Findings(file);
  const definition = readOrFind(source, file, findings);
  const diagnostics = findings.list();
  if (definition !== undefined && diagnostics.length === 0) return { ok: true, definition };
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const message = isActionFile(file) ? 'an action has "name" and "runs"' : 'a workflow has "on" and "jobs"';
  return { ok: false, diagnostics: [{ file, line: 1, column: 1, message }] };
}

/** GitHub's parser throws at some texts, and very deep ones exhaust the stack: that is a finding like any other. */
function readOrFind(source: string, file: string, findings: Findings): WorkflowDefinition | undefined {
  const kind = isActionFile(file) ? 'action' : 'workflow';
  try {
    const read = readSource(source, file, kind, findings);
    return kind === 'action'
      ? readActionFile({ source: read, findings, secrets: 'nowhere' }, file)
      : readDefinition({ source: read, findings, secrets: 'elsewhere' }, file);
  } catch (thrown) {
    const reason = clearMessage(thrown instanceof Error ? thrown.message : String(thrown));
    findings.add(undefined, `this cannot be read as a ${kind}: ${reason}`);
    return undefined;
  }
}

function readActionFile(reading: Reading, file: string): WorkflowDefinition | undefined {
  const action = readAction(reading, file);
  if (action === undefined) return undefined;
  return { format: 1, file, name: action.name, triggers: [], env: [], jobs: [], action };
}

/** The definition as far as it can be told; whether it is one is for the findings to say. */
function readDefinition(reading: Reading, file: string): WorkflowDefinition | undefined {
  const { root } = reading.source;
  if (root === undefined || !isMapping(root)) return undefined;
  const fields = fieldsOf(reading, 'workflow', root);
  const value = (name: string) => fields.get(name)?.value;
  const on = value('on');
  const jobsToken = value('jobs');
  const env = value('env');
  const nameToken = value('name');
  const runName = value('run-name');
  const permissionsToken = value('permissions');
  const defaultsToken = value('defaults');
  const concurrencyToken = value('concurrency');
  const name = nameToken === undefined ? undefined : asPlainText(reading, nameToken, '"name"');
  const triggers = on === undefined ? undefined : readTriggers(reading, on);
  const jobs = jobsToken === undefined ? [] : readJobs(reading, jobsToken);
  const permissions = permissionsToken === undefined ? undefined : readPermissions(reading, permissionsToken);
  const defaults = defaultsToken === undefined ? undefined : readDefaults(reading, defaultsToken);
  const concurrency = concurrencyToken === undefined ? undefined : readConcurrency(reading, concurrencyToken);
  if (triggers?.call !== undefined) checkCallOutputs(triggers.call, jobs, reading.findings);
  if (triggers === undefined || jobsToken === undefined) return undefined;
  return {
    format: 1,
    file,
    name: name === undefined || name === '' ? file : name,
    ...(runName === undefined ? {} : { runName: readTemplate(reading, runName) }),
    ...triggers,
    env: env === undefined ? [] : readEntries(withSecrets(reading), env, '"env"'),
    ...(permissions === undefined ? {} : { permissions }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(concurrency === undefined ? {} : { concurrency }),
    jobs,
  };
}
