import {
  answerRefusal,
  type CallId,
  type ErrorData,
  errorData,
  HOST_CAPABILITIES,
  type Json,
  offeredActions,
  type RunId,
} from 'tau-core';
import { advanceRun, endRun, withdraw, withoutSecrets } from './advance-run.js';
import { isOpen } from './decide-session.js';
import { accept, type Draft, emit, refuse, reply, runIn } from './draft.js';
import { messageKey } from './evolve.js';
import type { RegionInput } from './inputs.js';
import { callsByAge } from './open-calls.js';
import { definitionOf, languageOf, programFailure } from './programs.js';
import { dispatchAgain, redispatch } from './redispatch.js';
import { recall } from './seen-keys.js';
import { cannotStart, startRun } from './start-run.js';
import type { RunState } from './state.js';

type Input<Type extends RegionInput['type']> = Extract<RegionInput, { readonly type: Type }>;

/** A second start with the same key finds the first run, for as long as the key is remembered. */
export function decideStart(draft: Draft, input: Input<'startRun'>): void {
  if (!isOpen(draft) || foundByKey(draft, input.request.startKey)) return;
  const refusal = cannotStart(draft, 1);
  if (refusal !== undefined) return refuse(draft, refusal);
  startRun(draft, input.request);
  accept(draft, { runId: input.request.runId });
}

/**
 * Graceful: the program is told and decides what still runs; a second time as well, since it may give up what it does to clean up.
 * Kill: the run ends now.
 */
export function decideCancel(draft: Draft, input: Input<'cancelRun'>): void {
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  if (input.kill) endRun(draft, run.runId, { kind: 'cancelled', reason: input.reason });
  else if (run.phase !== 'cancelling' || input.once !== true) {
    if (run.phase !== 'cancelling') {
      emit(draft, { type: 'run.cancelling', runId: run.runId, prev: run.lastSeq, reason: input.reason });
    }
    advanceRun(draft, run.runId, { type: 'cancel', reason: input.reason });
    if (run.phase === 'paused') redispatch(draft, run.runId, run.calls, true);
  }
  accept(draft, { runId: input.runId });
}

export function decidePause(draft: Draft, input: Input<'pauseRun'>): void {
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  if (run.phase === 'running') {
    emit(draft, { type: 'run.paused', runId: run.runId, prev: run.lastSeq });
    draft.effects.push({ type: 'hold', runId: run.runId });
  }
  accept(draft, { runId: run.runId });
}

export function decideResume(draft: Draft, input: Input<'resumeRun'>): void {
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  if (run.phase === 'paused') {
    emit(draft, { type: 'run.resumed', runId: run.runId, prev: run.lastSeq });
    redispatch(draft, run.runId, run.calls, true);
  }
  accept(draft, { runId: run.runId });
}

/** `append` waits for the work in flight; `steer` does not; `interrupt` cancels it; `replace` discards who waited. */
export function decideMessage(draft: Draft, input: Input<'message'>): void {
  // Who sends it again has not heard that it was taken, which may have ended the run.
  const known = input.key === undefined ? undefined : recall(draft.state.events, messageKey(input.runId, input.key));
  if (known !== undefined) return reply(draft, { ok: true, seq: known.seq, fresh: false });
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  if (languageOf(draft.programs, run.definition).program.takesMessages !== true) {
    const message = `a run of program "${run.definition.program}" takes no input once it has started; start a new run with it`;
    return refuse(draft, errorData('PROGRAM_TAKES_NO_INPUT', message));
  }
  const refusal = messageRefusal(draft, run, input.content);
  if (refusal !== undefined) return refuse(draft, refusal);
  const keyed = input.key === undefined ? {} : { messageKey: input.key };
  const inFlight = callsByAge(run.calls);
  const replace = input.mode === 'replace';
  if (inFlight.length > 0 && (input.mode === 'append' || replace)) {
    if (!replace && run.inbox.length >= draft.limits.inboxMax) {
      const message = `the run's inbox holds ${run.inbox.length} messages, the limit inboxMax; wait for it to take some`;
      return refuse(draft, errorData('QUEUE_FULL', message));
    }
    const told = withoutSecrets(draft, run, { type: 'message', content: input.content });
    if (told?.type !== 'message') return accept(draft, { runId: run.runId });
    emit(draft, {
      type: 'run.message.queued',
      runId: run.runId,
      prev: run.lastSeq,
      content: told.content,
      replace,
      ...keyed,
    });
  } else {
    if (input.mode === 'interrupt') for (const { callId } of inFlight) interrupt(draft, run.runId, callId);
    advanceRun(draft, run.runId, { type: 'message', content: input.content }, keyed);
  }
  accept(draft, { runId: run.runId });
}

/** Why a program does not take a message as things are. */
function messageRefusal(draft: Draft, run: RunState, content: Json): ErrorData | undefined {
  const { program } = languageOf(draft.programs, run.definition);
  const definition = definitionOf(draft.state, run);
  try {
    return program.refusesMessage?.(definition, run.program, content);
  } catch (thrown) {
    return errorData('INTERNAL', programFailure(thrown));
  }
}

/** An answer is taken once, for the version of the question that was asked. */
export function decideAnswer(draft: Draft, input: Input<'answer'>): void {
  const run = activeRun(draft, input.runId);
  if (run === undefined) return;
  const call = run.calls.get(input.callId);
  const question = call?.question;
  if (call === undefined || question === undefined) {
    return refuse(draft, errorData('NOT_FOUND', `run ${run.runId} asks nothing at "${input.callId}" (any more)`));
  }
  if (question.version !== input.version) {
    const message = `this answers version ${input.version} of the question, which is now at version ${question.version}; read it again`;
    return refuse(draft, errorData('STALE_VERSION', message));
  }
  const { callId, answer } = input;
  if (call.capability === HOST_CAPABILITIES.ask) {
    const refusal = answerRefusal(callId, offeredActions(call.input), answer);
    if (refusal !== undefined) return refuse(draft, errorData('INVALID_ARGUMENT', refusal));
    // Nobody else has part in it: the answer is what the call gives.
    advanceRun(draft, run.runId, { type: 'callSettled', callId, outcome: { kind: 'ok', output: answer } });
  } else {
    emit(draft, { type: 'call.answered', runId: run.runId, prev: run.lastSeq, callId, answer });
    dispatchAgain(draft, run.runId, callId);
  }
  accept(draft, { runId: run.runId });
}

function interrupt(draft: Draft, runId: RunId, callId: CallId): void {
  const run = runIn(draft, runId);
  // Hearing that another call was interrupted, the program may have given this one up.
  if (run?.calls.has(callId) !== true) return;
  const reason = 'interrupted by an input';
  withdraw(draft, run, callId, reason);
  advanceRun(draft, runId, { type: 'callSettled', callId, outcome: { kind: 'cancelled', reason } });
}

export function foundByKey(draft: Draft, startKey: string | undefined): boolean {
  const known = startKey === undefined ? undefined : recall(draft.state.starts, startKey);
  if (known !== undefined) accept(draft, { runId: known as RunId, fresh: false });
  return known !== undefined;
}

export function activeRun(draft: Draft, runId: RunId): RunState | undefined {
  const run = runIn(draft, runId);
  if (run !== undefined) return run;
  const ended = draft.state.ended.get(runId);
  refuse(
    draft,
    ended === undefined
      ? errorData('NOT_FOUND', `there is no run ${runId}; see "tau runs"`)
      : errorData('CONFLICT', `run ${runId} has ended already (${ended.outcome.kind})`),
  );
  return undefined;
}
