import { attempt } from '../expression/expression.js';
import type { JobPlan } from './job-plan.js';
import { matrixJob } from './job-state.js';
import type { Scope } from './scope.js';
import type { WorkflowState } from './state.js';

/** GitHub's limit of a job's name. */
const NAME_CHARS_MAX = 100;

/**
 * A job's name for people; undefined when it has none of its own. A name that is the same for each combination of a
 * matrix gets the combination's values behind it.
 */
export function nameOf(state: WorkflowState, job: JobPlan, scope: Scope): string | undefined {
  const { group, plainName } = job;
  if (group === undefined || (job.name !== undefined && plainName === undefined)) {
    const name = job.name === undefined ? undefined : attempt(() => job.name?.(scope));
    return name?.ok ? name.value : undefined;
  }
  const label = matrixJob(state, group)?.labels[job.place] ?? '';
  const name = label === '' ? (plainName ?? job.id) : `${plainName ?? job.id} (${label})`;
  return name.length > NAME_CHARS_MAX ? `${name.slice(0, NAME_CHARS_MAX - 3)}...` : name;
}
