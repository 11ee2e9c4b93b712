import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject, type Outcome } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { toData } from '../expression/expression-data.js';
import type { StepCompleted } from './event.js';
import { HashBook } from './hash-book.js';
import { stepName } from './level.js';
import { outputValues } from './outputs.js';
import type { Scope } from './scope.js';
import type { Env } from './secret-parts.js';
import type { Outputs, StepResult } from './state.js';
import { type StepPlace, scopeOf } from './step-place.js';
import { joinSummaries } from './summary.js';
import type { Writable } from './writable.js';

/** What came of a step, before `continue-on-error`. */
export interface StepEnd {
  readonly outcome: StepResult;
  readonly outputs?: Outputs;
  readonly env?: Env;
  readonly path?: readonly string[];
  readonly summary?: string;
  readonly error?: ErrorData;
}

/** Ends a step that was not to run. */
export function skipStep({ draft, job, level, step }: StepPlace): void {
  draft.happen({ type: 'StepSkipped', job: job.path, step: stepName(level, step) });
}

/** Ends a step with what came of it. */
export function concludeStep(place: StepPlace, end: StepEnd): void {
  if (end.outcome !== 'failure') return completeStep(place, end.outcome, end);
  const { step, level } = place;
  const scope = attempt(() => scopeOf(place, step.hashes ? new HashBook(level.at.hashes) : undefined));
  if (scope.ok) failStep(place, scope.value, end);
  else completeStep(place, end.outcome, end);
}

/** Ends a step that has failed: unless it may `continue-on-error`, that is what it comes to. */
export function failStep(place: StepPlace, scope: Scope, end: StepEnd): void {
  const goOn = attempt(() => place.step.continueOnError?.(scope) ?? false);
  completeStep(place, goOn.ok && goOn.value ? 'success' : 'failure', end);
}

export function completeStep({ draft, job, level, step }: StepPlace, conclusion: StepResult, end: StepEnd): void {
  const { outcome, outputs, env, path, summary, error } = end;
  const completed: Writable<StepCompleted> = {
    type: 'StepCompleted',
    job: job.path,
    step: stepName(level, step),
    outcome,
    conclusion,
  };
  if (outputs !== undefined && step.hasId) completed.outputs = outputs;
  if (env !== undefined) completed.env = env;
  if (path !== undefined) completed.path = path;
  if (summary !== undefined) completed.summary = summary;
  if (error !== undefined) completed.error = error;
  draft.happen(completed);
}

/** What the call of a step came to. */
export function endOf(outcome: Outcome, isScript: boolean): StepEnd {
  switch (outcome.kind) {
    case 'ok':
      return isScript ? scriptEnd(outcome.output) : actionEnd(outcome.output);
    case 'failed':
    case 'unknown':
      return { outcome: 'failure', error: outcome.error };
    case 'cancelled':
      return { outcome: 'failure', error: errorData('STEP_FAILED', `its provider gave it up: ${outcome.reason}`) };
    case 'inputRequired':
      return { outcome: 'failure', error: errorData('STEP_FAILED', `it asks a question: ${outcome.question}`) };
  }
}

/** An object's members are the outputs, but for its summary; any other value is the one output `result`. */
function actionEnd(output: Json): StepEnd {
  if (output === null) return { outcome: 'success', outputs: {} };
  if (!isJsonObject(output)) return { outcome: 'success', outputs: outputValues({ result: output }) };
  if (!Object.hasOwn(output, SUMMARY)) return { outcome: 'success', outputs: outputValues(output) };
  const { [SUMMARY]: summary, ...rest } = output;
  return { outcome: 'success', outputs: outputValues(rest), ...summaryOf(summary) };
}

/** The member of an action's result that is no output: markdown for the job's summary. */
const SUMMARY = '$summary';

function scriptEnd(output: Json): StepEnd {
  const { outputs, env, path, summary } = isJsonObject(output) ? output : EMPTY;
  const end: Writable<StepEnd> = { outcome: 'success', outputs: isJsonObject(outputs) ? outputValues(outputs) : {} };
  if (isJsonObject(env) && Object.keys(env).length > 0) {
    end.env = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, toData(value).coerceString()]));
  }
  const folders = Array.isArray(path)
    ? path.filter((folder: Json): folder is string => typeof folder === 'string')
    : [];
  if (folders.length > 0) end.path = folders;
  return { ...end, ...summaryOf(summary) };
}

const EMPTY: JsonObject = {};

function summaryOf(summary: Json | undefined): { readonly summary?: string } {
  return typeof summary === 'string' && summary !== '' ? { summary: joinSummaries(undefined, summary) } : {};
}
