import { compileEntries } from '../expression/template.js';
import type { WorkflowDefinition } from './definition.js';
import { boundedBy } from './grants.js';
import type { CompiledJob, FramePlan, JobPlan } from './job-plan.js';
import { compileConcurrency, compileJob } from './plan-job.js';
import { compileEnv } from './secret-places.js';
import { compileOutput } from './template.js';

interface Shape {
  readonly jobs: readonly CompiledJob[];
  readonly needs: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  readonly ancestors: readonly (readonly number[])[];
  readonly rest: Pick<FramePlan, 'env' | 'jobIndex' | 'concurrency' | 'outputs'>;
}

const shapes = new WeakMap<WorkflowDefinition, Shape>();

/** The jobs of a workflow at one place. What they compile to is shared by all places. */
export function makeFrame(definition: WorkflowDefinition, prefix: string, caller?: JobPlan): FramePlan {
  const shape = shapeOf(definition);
  const jobs: JobPlan[] = [];
  const roots: number[] = [];
  const frame = { definition, prefix, jobs, roots, ...shape.rest, ...(caller === undefined ? {} : { caller }) };
  for (const [index, job] of shape.jobs.entries()) {
    const needs = shape.needs[index] ?? [];
    const plan: JobPlan = {
      ...job,
      path: prefix === '' ? job.id : `${prefix}${job.id}`,
      frame,
      index,
      place: index,
      needs,
      ancestors: shape.ancestors[index] ?? [],
      dependents: shape.dependents[index] ?? [],
      grants: boundedBy(job.permissions ?? definition.permissions, caller?.grants),
    };
    jobs.push(plan);
    if (needs.length === 0) roots.push(index);
  }
  return frame;
}

function shapeOf(definition: WorkflowDefinition): Shape {
  const known = shapes.get(definition);
  if (known !== undefined) return known;
  const jobIndex = new Map(definition.jobs.map(({ id }, index) => [id, index]));
  const needs = definition.jobs.map((job) => job.needs.flatMap((need) => jobIndex.get(need) ?? []));
  const dependents = definition.jobs.map((): number[] => []);
  for (const [index, needed] of needs.entries()) for (const need of needed) dependents[need]?.push(index);
  const jobs = definition.jobs.map((job) => compileJob(job, definition.defaults));
  const { concurrency, call } = definition;
  const shape: Shape = {
    jobs,
    needs,
    dependents,
    ancestors: ancestorsOf(needs),
    rest: {
      env: compileEnv(definition.env),
      jobIndex,
      concurrency: concurrency && compileConcurrency(concurrency),
      outputs: call && call.outputs.length > 0 ? compileEntries(call.outputs, compileOutput) : undefined,
    },
  };
  shapes.set(definition, shape);
  return shape;
}

/** For each job, all that it waits for, directly or by way of others. `needs` has no cycles. */
function ancestorsOf(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const found: (Set<number> | undefined)[] = needs.map(() => undefined);
  const visit = (index: number): ReadonlySet<number> => {
    const known = found[index];
    if (known !== undefined) return known;
    const own = new Set<number>();
    // Set before its needs are visited, so that a definition that was not checked cannot recurse for ever.
    found[index] = own;
    for (const need of needs[index] ?? []) {
      own.add(need);
      for (const ancestor of visit(need)) own.add(ancestor);
    }
    return own;
  };
  return needs.map((_, index) => [...visit(index)]);
}
