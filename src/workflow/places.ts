import { makeFrame } from './frame.js';
import type { FramePlan, JobPlan, WorkflowPlan } from './job-plan.js';

/** GitHub's limit of the jobs of one matrix. */
export const MATRIX_MAX = 256;

/** `link` allows fewer levels; a definition that did not come from there may call itself without end. */
export const CALL_DEPTH_MAX = 10;

const combinations = new WeakMap<JobPlan, JobPlan[]>();
const frames = new WeakMap<JobPlan, FramePlan>();

/** A job of a matrix: the combination's at a place from 0. The same each time. */
export function combinationOf(group: JobPlan, place: number): JobPlan {
  let known = combinations.get(group);
  if (known === undefined) {
    known = [];
    combinations.set(group, known);
  }
  const job = known[place] ?? { ...group, path: `${group.path}(${place})`, group, place };
  known[place] = job;
  return job;
}

/** The jobs of the workflow that a job calls; undefined when it calls none that is linked. The same each time. */
export function calledBy(caller: JobPlan): FramePlan | undefined {
  const workflow = caller.call?.workflow;
  if (workflow === undefined || depthOf(caller.frame) >= CALL_DEPTH_MAX) return undefined;
  const known = frames.get(caller);
  if (known !== undefined) return known;
  const frame = makeFrame(workflow, `${caller.path}/`, caller);
  frames.set(caller, frame);
  return frame;
}

function depthOf(frame: FramePlan): number {
  return frame.caller === undefined ? 0 : depthOf(frame.caller.frame) + 1;
}

/** The job at a path; undefined when the definition has none there. */
export function jobAt(plan: WorkflowPlan, path: string): JobPlan | undefined {
  const known = plan.places.get(path);
  if (known !== undefined) return known;
  const found = findJob(plan, path);
  if (found !== undefined) plan.places.set(path, found);
  return found;
}

const SEGMENT = /^([^()]+)(?:\((0|[1-9]\d{0,2})\))?$/;

function findJob(plan: WorkflowPlan, path: string): JobPlan | undefined {
  let frame: FramePlan | undefined = plan;
  let job: JobPlan | undefined;
  for (const segment of path.split('/')) {
    if (job !== undefined) frame = isGroup(job) ? undefined : calledBy(job);
    const [, id = '', place] = SEGMENT.exec(segment) ?? [];
    job = frame?.jobs[frame.jobIndex.get(id) ?? -1];
    if (job === undefined) return undefined;
    if (place === undefined) continue;
    if (!isGroup(job) || Number(place) >= MATRIX_MAX) return undefined;
    job = combinationOf(job, Number(place));
  }
  return job;
}

/** Whether a job stands for all combinations of its matrix. */
export function isGroup(job: JobPlan): boolean {
  return job.strategy !== undefined && job.group === undefined;
}
