import {
  earliest,
  type Instant,
  type JsonObject,
  later,
  type ProgramEffect,
  type SecretPlaces,
  tauError,
} from 'tau-core';
import { attempt } from '../expression/expression.js';
import { ACTION_RETRY } from './action-retry.js';
import type { StepStarted } from './event.js';
import type { ScriptPlan } from './job-plan.js';
import { callOf, hashCallOf, type Level, stepName } from './level.js';
import type { Scope } from './scope.js';
import { escaped, masked } from './secret-places.js';
import type { StepPlace } from './step-place.js';
import { STOP_WINDOW_MS } from './time-limits.js';
import { HASH_FILES_CAPABILITY } from './tool-capabilities.js';
import type { Writable } from './writable.js';

type CallEffect = Extract<ProgramEffect, { type: 'call' }>;

/** What a call is given, and where in it secrets go. */
interface CallInput {
  readonly input: JsonObject;
  readonly secrets?: SecretPlaces;
}

/**
 * Makes the call of a step ready; what it gives starts the step.
 *
 * @throws TauError EXPRESSION_FAILED, DEFINITION_REFUSED, WORK_DEADLINE.
 */
export function prepareCall(place: StepPlace, scope: Scope): () => void {
  const { draft, job, level, step } = place;
  if (step.lacks !== undefined) throw tauError('DEFINITION_REFUSED', step.lacks);
  const { input, secrets } = step.run === undefined ? actionInput(place, scope) : scriptInput(place, step.run, scope);
  const timeoutMs = timeoutOf(place, scope);
  const name = step.name === undefined ? undefined : attempt(() => step.name?.(scope));
  return () => {
    const started: Writable<StepStarted> = { type: 'StepStarted', job: job.path, step: stepName(level, step) };
    if (step.uses !== undefined) started.uses = step.uses;
    if (name?.ok && name.value !== undefined) started.name = name.value;
    draft.happen(started);
    const callId = callOf(job, level, step);
    const call: Writable<CallEffect> = { type: 'call', callId, capability: step.capability, input };
    if (timeoutMs !== undefined) call.timeoutMs = timeoutMs;
    // A script may have done half of what it does: whether it can be run again, only its author knows.
    if (step.run === undefined) call.retry = ACTION_RETRY;
    else call.stickyKey = workspaceOf(place);
    if (secrets !== undefined) call.secrets = secrets;
    if (job.grants !== undefined) call.grants = job.grants;
    draft.ask(call);
  };
}

/** Asks for the hash that the evaluation of a step needs. */
export function askHash(place: StepPlace, patterns: readonly string[]): void {
  const { draft, job, level, step } = place;
  const n = (level.at.hashes?.asked ?? 0) + 1;
  draft.happen({ type: 'HashAsked', job: job.path, step: stepName(level, step), n, patterns });
  const call: Writable<CallEffect> = {
    type: 'call',
    callId: hashCallOf(callOf(job, level, step), n),
    capability: HASH_FILES_CAPABILITY,
    input: { patterns },
    retry: ACTION_RETRY,
    stickyKey: workspaceOf(place),
  };
  const until = limitOf(place);
  if (until !== undefined) call.timeoutMs = Math.max(1, until - draft.now);
  if (job.grants !== undefined) call.grants = job.grants;
  draft.ask(call);
}

/** The calls of a job that touch files go where its earlier ones went. */
function workspaceOf({ draft, job }: StepPlace): string {
  return `${draft.state.begin.runId}/${job.path}`;
}

function actionInput({ step }: StepPlace, scope: Scope): CallInput {
  const input = step.input(scope);
  const secrets = step.secrets?.(scope);
  return secrets === undefined ? { input } : { input: masked(input, secrets), secrets };
}

function scriptInput({ running }: StepPlace, run: ScriptPlan, scope: Scope): CallInput {
  const { env, secrets: hidden = {} } = scope.env;
  const input: JsonObject = {
    script: run.script(scope),
    ...(run.shell === undefined ? {} : { shell: run.shell(scope) }),
    ...(run.workingDirectory === undefined ? {} : { workingDirectory: run.workingDirectory(scope) }),
    env,
    ...(running.path === undefined ? {} : { path: running.path }),
  };
  const variables = Object.entries(hidden).map(([name, parts]) => [`/env/${escaped(name)}`, parts]);
  const secrets: SecretPlaces = { ...run.secrets?.(scope), ...Object.fromEntries(variables) };
  return Object.keys(secrets).length === 0 ? { input } : { input: masked(input, secrets), secrets };
}

/**
 * The time that a call has: its own, and no more than what it is part of.
 *
 * @throws TauError WORK_DEADLINE when the action that it is part of has none left.
 */
function timeoutOf(place: StepPlace, scope: Scope): number | undefined {
  const { draft, level, step } = place;
  const own = step.timeoutMs?.(scope);
  const actions = actionLimit(level);
  if (actions !== undefined && actions <= draft.now)
    throw tauError('WORK_DEADLINE', 'its action ran longer than its timeout-minutes');
  const until = limitOf(place);
  if (until === undefined) return own;
  const left = Math.max(1, until - draft.now);
  return own === undefined ? left : Math.min(own, left);
}

/** When a call must have ended because of what is around it. */
function limitOf({ draft, running, level, step }: StepPlace): Instant | undefined {
  const { deadline, stopBy } = running;
  // A step that asks for the status may be one that goes on when its job is stopped, until the window is over.
  const jobs = deadline !== undefined && step.condition?.usesStatus ? later(deadline, STOP_WINDOW_MS) : deadline;
  return earliest(earliest(earliest(jobs, stopBy), draft.state.cancel?.stopBy), actionLimit(level));
}

/** The earliest end of the actions around a step. */
function actionLimit({ inner }: Level): Instant | undefined {
  return inner === undefined ? undefined : earliest(inner.action.deadline, actionLimit(inner.outer));
}
