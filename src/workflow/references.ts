import type { StepDefinition, WorkflowDefinition } from './definition.js';
import { actionFiles, workflowFile } from './local-path.js';

/**
 * The files that a definition is built with, by paths from the repository's root, each once: the workflows that its jobs
 * call, and the actions that its steps use. An action is named by its folder's `action.yml`; where there is none, `link` takes
 * its `action.yaml`. What those files refer to in turn is theirs to tell.
 */
export function references(definition: WorkflowDefinition): readonly string[] {
  const files = new Set<string>();
  for (const job of definition.jobs) {
    if (job.uses !== undefined) files.add(workflowFile(job.uses));
    addActions(job.steps, files);
  }
  addActions(definition.action?.steps ?? [], files);
  return [...files];
}

function addActions(steps: readonly StepDefinition[], files: Set<string>): void {
  for (const { uses } of steps) {
    const [file] = actionFiles(uses ?? '');
    if (file !== undefined) files.add(file);
  }
}
