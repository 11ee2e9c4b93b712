import { errorData } from 'tau-core';
import { compileExpression } from '../expression/expression.js';
import { compileEntries } from '../expression/template.js';
import type { Concurrency, JobDefinition, RunDefaults, Strategy } from './definition.js';
import { WORKFLOW_DIALECT } from './expression-dialect.js';
import type { CompiledJob, ConcurrencyPlan, StrategyPlan, WorkflowCallPlan } from './job-plan.js';
import { compileSteps } from './plan-step.js';
import { compileEnv } from './secret-places.js';
import {
  compileBoolean,
  compileCount,
  compileDefaults,
  compileGroup,
  compileOutput,
  compileText,
  compileTimeoutMs,
  compileValue,
  firstExpression,
} from './template.js';

/** What is the same of a job wherever it stands in a run. `defaults` are the workflow's. */
export function compileJob(job: JobDefinition, defaults: RunDefaults | undefined): CompiledJob {
  return {
    id: job.id,
    name: job.name && compileText(job.name),
    plainName: job.name?.kind === 'value' ? String(job.name.value) : undefined,
    condition: job.if && compileExpression(job.if, WORKFLOW_DIALECT),
    env: compileEnv(job.env),
    outputs: job.outputs.length === 0 ? undefined : compileEntries(job.outputs, compileOutput),
    timeoutMs: job.timeoutMinutes && compileTimeoutMs(job.timeoutMinutes),
    continueOnError: job.continueOnError && compileBoolean(job.continueOnError),
    strategy: job.strategy && compileStrategy(job.strategy, job),
    concurrency: job.concurrency && compileConcurrency(job.concurrency),
    call: compileCall(job),
    permissions: job.permissions,
    ...compileSteps(job.steps, { job: job.id, defaults: { ...defaults, ...job.defaults } }),
  };
}

export function compileConcurrency({ group, cancelInProgress, queue }: Concurrency): ConcurrencyPlan {
  return {
    group: compileGroup(group),
    cancelInProgress: cancelInProgress && compileBoolean(cancelInProgress),
    waiting: queue === 'max' ? 'queue' : 'replace',
  };
}

function compileStrategy({ matrix, failFast, maxParallel }: Strategy, job: JobDefinition): StrategyPlan {
  const { line = 1, column = 1 } = firstExpression(matrix) ?? job;
  return {
    matrix: compileValue(matrix),
    problem: (text) =>
      errorData('EXPRESSION_FAILED', `strategy.matrix on line ${line}: ${text}`, { details: { line, column } }),
    failFast: failFast && compileBoolean(failFast),
    maxParallel: maxParallel && compileCount(maxParallel),
  };
}

function compileCall({ uses, workflow, with: inputs = [], secrets }: JobDefinition): WorkflowCallPlan | undefined {
  if (uses === undefined) return undefined;
  return {
    uses,
    workflow,
    inputs: workflow?.call?.inputs ?? [],
    defaults: compileDefaults(workflow?.call?.inputs ?? []),
    with: compileEntries(inputs, compileValue),
    secrets,
  };
}
