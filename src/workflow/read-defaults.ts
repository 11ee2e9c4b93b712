import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { RunDefaults } from './definition.js';
import { readTemplate } from './read-template.js';
import { fieldsIn, type Reading } from './reading.js';

/** Reads `defaults` of a workflow or a job; undefined when it says nothing. */
export function readDefaults(reading: Reading, token: TemplateToken): RunDefaults | undefined {
  const fields = fieldsIn(reading, 'defaultsRun', fieldsIn(reading, 'defaults', token).get('run')?.value);
  const shell = fields.get('shell')?.value;
  const folder = fields.get('working-directory')?.value;
  if (shell === undefined && folder === undefined) return undefined;
  return {
    ...(shell === undefined ? {} : { shell: readTemplate(reading, shell) }),
    ...(folder === undefined ? {} : { workingDirectory: readTemplate(reading, folder) }),
  };
}
