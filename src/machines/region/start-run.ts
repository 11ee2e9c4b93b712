import { type ErrorData, errorData, type RunBegin } from 'tau-core';
import { advanceRun } from './advance-run.js';
import { type Draft, emit } from './draft.js';
import type { RunRequest } from './inputs.js';
import { STANDING_PROGRAMS, STANDING_TIMEOUT_MS } from './limits.js';
import { languageOf } from './programs.js';
import { sessionVars } from './session-vars.js';

const DEFAULT_PRIORITY = 5;

/** Why so many runs cannot start now; undefined when they can. */
export function cannotStart(draft: Draft, count: number): ErrorData | undefined {
  if (draft.state.runs.size + count <= draft.limits.runsMax) return undefined;
  const message = `session "${draft.state.id}" has ${draft.state.runs.size} runs in progress, the limit runsMax; wait for some to end`;
  return errorData('LIMIT_EXCEEDED', message, { retryable: true });
}

/** Binds the definition to the region on its first use, starts the run and tells its program to begin. */
export function startRun(draft: Draft, request: RunRequest): void {
  const { bound } = request;
  if (!draft.state.adopted.has(bound.version)) emit(draft, { type: 'definition.adopted', bound });
  const language = languageOf(draft.programs, bound);
  const limitMs = STANDING_PROGRAMS.has(bound.program) ? STANDING_TIMEOUT_MS : draft.limits.runTimeoutMs;
  const vars = sessionVars(draft.state.session?.context ?? []);
  const begin: RunBegin = {
    runId: request.runId,
    sessionId: draft.state.id,
    input: language.redactInput?.(bound.definition, request.input).redacted ?? request.input,
    startedAt: draft.now,
    ...(vars && { vars }),
    ...(request.event && { event: request.event }),
  };
  emit(draft, {
    type: 'run.started',
    runId: request.runId,
    prev: 0,
    definition: { name: bound.name, program: bound.program, version: bound.version },
    begin,
    budget: request.budget ?? {},
    priority: request.priority ?? DEFAULT_PRIORITY,
    fairnessKey: request.fairnessKey ?? draft.state.id,
    deadlineMs: draft.now + Math.ceil(Math.min(request.timeoutMs ?? limitMs, limitMs)),
    cause: request.cause,
    ...(request.principal && { principal: request.principal }),
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    ...(request.startKey !== undefined && { startKey: request.startKey }),
    ...(request.parent && { parent: request.parent }),
  });
  advanceRun(draft, request.runId, { type: 'begin' });
}
