import { errorData, type Json, type JsonObject, tauError } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { InputDefinition } from './definition.js';
import type { Draft } from './draft.js';
import type { JobEvent } from './event.js';
import { isSame } from './identifier.js';
import { expectation, inputValue } from './input-value.js';
import { endJob, failJob, toleratedResult } from './job-end.js';
import { nameOf } from './job-name.js';
import type { FramePlan, JobPlan, WorkflowCallPlan } from './job-plan.js';
import { callingJob, jobsOf, stopOf } from './job-state.js';
import { workflowFile } from './local-path.js';
import { queueWorkflow } from './lock-flow.js';
import { calledBy } from './places.js';
import { resultOf } from './results.js';
import { tooManyJobs } from './run-size.js';
import { Scope } from './scope.js';
import type { JobResult } from './state.js';

/** Calls the workflow of a job: its jobs run as part of this run. */
export function callWorkflow(draft: Draft, job: JobPlan, call: WorkflowCallPlan, scope: Scope): void {
  const frame = calledBy(job);
  if (frame === undefined || frame.jobs.length === 0) {
    return failJob(draft, job, errorData('DEFINITION_REFUSED', missing(call)));
  }
  const tooMany = tooManyJobs(draft.state, frame.jobs.length);
  if (tooMany !== undefined) return failJob(draft, job, tooMany);
  const inputs = attempt(() => inputsOf(call, scope));
  if (!inputs.ok) return failJob(draft, job, inputs.error);
  const name = nameOf(draft.state, job, scope);
  const event: JobEvent = { type: 'WorkflowCalled', job: job.path, uses: call.uses, inputs: inputs.value };
  draft.happen(name === undefined ? event : { ...event, name });
  if (frame.concurrency !== undefined) queueWorkflow(draft, frame, frame.concurrency);
  else draft.consider(frame, frame.roots);
}

/** Ends the job that calls a workflow, once all jobs of that have ended. */
export function completeCall(draft: Draft, caller: JobPlan, frame: FramePlan): void {
  const { plan } = draft;
  const calling = callingJob(draft.state, caller);
  if (calling === undefined) return;
  const results: JobResult[] = [];
  for (const job of jobsOf(draft.state, frame)) {
    if (job?.phase !== 'ended') return;
    results.push(job.result);
  }
  const outputs = attempt(() => frame.outputs?.(new Scope({ plan, state: draft.state, frame })));
  const isStopped = stopOf(draft.state, frame) !== undefined;
  const jobs = resultOf(results);
  const before = isStopped && (jobs === 'skipped' || calling.cancel !== undefined) ? cancelledUnless(jobs) : jobs;
  const isBroken = !outputs.ok && before === 'success';
  const result = isBroken ? 'failure' : before;
  const scope = new Scope({ plan, state: draft.state, job: caller });
  endJob(draft, caller, {
    type: 'JobCompleted',
    job: caller.path,
    result: result === 'failure' ? toleratedResult(caller, scope) : result,
    ...(outputs.ok && outputs.value !== undefined ? { outputs: outputs.value } : {}),
    ...(isBroken ? { error: outputs.error } : {}),
  });
}

/** What was told to stop is cancelled, unless it has failed. */
function cancelledUnless(result: JobResult): JobResult {
  return result === 'failure' ? result : 'cancelled';
}

function missing({ uses, workflow }: WorkflowCallPlan): string {
  if (workflow === undefined)
    return `there is no workflow "${workflowFile(uses)}": put that file in its place, and start a new run`;
  return `it calls ${uses}, which has no jobs, or calls too many others in turn`;
}

/** Inputs as the called workflow declares them. */
function inputsOf(call: WorkflowCallPlan, scope: Scope): JsonObject {
  const given = call.with(scope);
  const unknown = Object.keys(given).find((name) => !call.inputs.some((input) => isSame(input.name, name)));
  if (unknown !== undefined) throw tauError('INVALID_ARGUMENT', `${call.uses} has no input "${unknown}"`);
  const values = call.inputs.map((input) => [input.name, inputFor(call, input, given, scope)] as const);
  return Object.fromEntries(values);
}

function inputFor(
  call: WorkflowCallPlan,
  input: InputDefinition,
  given: { readonly [name: string]: Json },
  scope: Scope,
): Json {
  const own = Object.entries(given).find(([name]) => isSame(input.name, name))?.[1];
  const value = own ?? call.defaults.get(input.name)?.(scope);
  if (value === undefined || value === null) {
    if (input.required && input.default === undefined && input.defaultFrom === undefined)
      throw tauError('INVALID_ARGUMENT', `${call.uses} needs the input "${input.name}"`);
    return input.default ?? EMPTY[input.type];
  }
  const taken = typeof value === 'object' ? undefined : inputValue(input, value);
  if (taken !== undefined) return taken;
  throw tauError('INVALID_ARGUMENT', `the input "${input.name}" of ${call.uses} takes ${expectation(input)}`);
}

/** What an input is that nobody gave, as at GitHub. */
const EMPTY: Readonly<Record<InputDefinition['type'], Json>> = { string: '', choice: '', boolean: false, number: 0 };
