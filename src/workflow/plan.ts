import type { WorkflowDefinition } from './definition.js';
import { makeFrame } from './frame.js';
import type { JobPlan, WorkflowPlan } from './job-plan.js';
import { compileText } from './template.js';

const plans = new WeakMap<WorkflowDefinition, WorkflowPlan>();

/** The plan of a definition. It is made once for each definition object, and kept as long as that is. */
export function planOf(definition: WorkflowDefinition): WorkflowPlan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const plan = makePlan(definition);
  plans.set(definition, plan);
  return plan;
}

function makePlan(definition: WorkflowDefinition): WorkflowPlan {
  const { jobs, ...frame } = makeFrame(definition, '');
  const calls = new Map(
    jobs.flatMap((job) =>
      job.strategy === undefined
        ? job.steps.map((step, index) => [step.callId as string, { job: job.index, step: index }])
        : [],
    ),
  );
  const isTimed = ({ timeoutMs, strategy, concurrency, call }: JobPlan): boolean =>
    [timeoutMs, strategy, concurrency, call].some((feature) => feature !== undefined);
  return {
    ...frame,
    jobs,
    runName: definition.runName && compileText(definition.runName),
    hasTimeouts: jobs.some(isTimed),
    places: new Map(jobs.map((job) => [job.path, job])),
    calls,
    githubContexts: new WeakMap(),
  };
}
