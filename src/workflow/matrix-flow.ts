import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import type { JobEvent } from './event.js';
import { endJob, failJob } from './job-end.js';
import type { JobPlan, StrategyPlan } from './job-plan.js';
import { matrixJob } from './job-state.js';
import { expandMatrix } from './matrix.js';
import { combinationOf } from './places.js';
import { resultOf } from './results.js';
import { tooManyJobs } from './run-size.js';
import type { Scope } from './scope.js';
import type { JobResult, MatrixJob } from './state.js';
import { stopWhole } from './stop-flow.js';

/** Makes a job of each combination of a matrix. */
export function expandJob(draft: Draft, job: JobPlan, strategy: StrategyPlan, scope: Scope): void {
  const given = attempt(() => ({
    matrix: strategy.matrix(scope),
    failFast: strategy.failFast?.(scope) ?? true,
    maxParallel: strategy.maxParallel?.(scope),
  }));
  if (!given.ok) return failJob(draft, job, given.error);
  const { matrix, failFast, maxParallel } = given.value;
  const expanded = expandMatrix(matrix);
  if (!expanded.ok) return failJob(draft, job, strategy.problem(expanded.problem));
  const tooMany = tooManyJobs(draft.state, expanded.combinations.length);
  if (tooMany !== undefined) return failJob(draft, job, tooMany);
  const event: JobEvent = {
    type: 'JobExpanded',
    job: job.path,
    combinations: expanded.combinations.map(({ values }) => values),
    labels: expanded.combinations.map(({ label }) => label),
    failFast,
  };
  draft.happen(maxParallel === undefined ? event : { ...event, maxParallel });
  const first = Math.min(expanded.combinations.length, maxParallel ?? Number.POSITIVE_INFINITY);
  for (let place = 0; place < first; place += 1) draft.considerJob(combinationOf(job, place));
}

/** Whether one more combination may be on its way. */
export function hasRoom({ jobs, maxParallel }: MatrixJob): boolean {
  if (maxParallel === undefined) return true;
  return jobs.filter((job) => job !== null && job.phase !== 'ended').length < maxParallel;
}

/** Does what follows from the end of a combination: stops the others, starts the next one, or ends the whole. */
export function combinationEnded(draft: Draft, job: JobPlan, group: JobPlan): void {
  const before = matrixJob(draft.state, group);
  const ended = before?.jobs[job.place];
  if (before === undefined || ended?.phase !== 'ended') return;
  if (before.failFast && ended.result === 'failure') {
    const reason = `${job.path} has failed, and its matrix fails fast`;
    for (const place of before.jobs.keys()) stopWhole(draft, combinationOf(group, place), reason);
  }
  const matrix = matrixJob(draft.state, group) ?? before;
  const next = matrix.jobs.indexOf(null);
  if (next >= 0) draft.considerJob(combinationOf(group, next));
  const results: JobResult[] = [];
  for (const one of matrix.jobs) {
    if (one?.phase !== 'ended') return;
    results.push(one.result);
  }
  const event: JobEvent = { type: 'JobCompleted', job: group.path, result: resultOf(results) };
  endJob(draft, group, matrix.outputs === undefined ? event : { ...event, outputs: matrix.outputs });
}
