import type { ErrorData } from 'tau-core';
import type { JobPlan, StepPlan } from './job-plan.js';

/** An error with where it happened in front of its message. Its id stays: the cause is what has to be seen. */
export function locatedError(error: ErrorData, job: JobPlan, step?: StepPlan): ErrorData {
  const place = step === undefined ? `job ${job.path}` : `job ${job.path}, step ${step.label}`;
  // What happened within an action has the whole name of its step already.
  const isInner = step?.action !== undefined && error.details?.['step'] !== undefined;
  return {
    ...error,
    message: `${place}: ${error.message}`,
    details: { ...error.details, job: job.path, ...(step === undefined || isInner ? {} : { step: step.key }) },
  };
}

/** The same for a step of a composite action, whose job and own step are told with what the action comes to. */
export function locatedInAction(error: ErrorData, name: string, step: StepPlan): ErrorData {
  const details = step.action === undefined ? { ...error.details, step: name } : { step: name, ...error.details };
  return { ...error, message: `step ${step.label}: ${error.message}`, details };
}
